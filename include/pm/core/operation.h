#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pm/core/supervision.h"

namespace pm::core {

/// What a user asks for a selection of instances.
enum class Verb { start, stop, restart, kill };

/// "start", "stop", "restart", "kill"
std::string_view to_string(Verb verb);

/// What makes an operation true for one instance.
enum class Goal {
  up,       ///< a life has begun, or is in progress
  renewed,  ///< a life has begun that was asked for after the operation
  down,     ///< nothing of it is left
};

Goal goal_of(Verb verb);

/// How an operation came out for one instance.
struct Settled {
  enum class How {
    done,        ///< as asked
    unchanged,   ///< it was so already
    failed,      ///< it cannot be, for `reason`
    superseded,  ///< somebody asked for something else meanwhile
  };
  InstanceId id;
  Goal goal = Goal::up;
  How how = How::done;
  Pid before = Pid::none;    ///< of the life that was in progress when it was asked
  Pid pid = Pid::none;       ///< of the life that is up now; none: none is
  std::optional<Exit> exit;  ///< Goal::down and renewed: how the life ended that had to end for it
  Duration took{};
  std::string reason = {};
  friend bool operator==(const Settled&, const Settled&) = default;
};

/// One operation that waits for its instances to come out: fed with every change, it says when all is said.
/// Changes from before it was asked, which a driver may still have to tell, mean nothing to it.
/// A value; time is an argument.
class Wait {
 public:
  struct Aim {
    InstanceId id;
    Goal goal = Goal::up;
  };

  /// To be made before the core is told what is asked for, so that nothing is missed; aims at instances that
  /// are not there yet (a scale up) are fine. Of two aims at the same instance the first counts.
  Wait(std::span<const Aim> aims, const Supervision& before, TimePoint now);

  /// What was asked is now in the core, its changes are not told to on() yet: instances for which nothing had
  /// to change are settled here.
  void asked(const Supervision& after, TimePoint now);
  void on(const Changed& change, TimePoint now);
  /// The run ends: nothing is started any more. After on() for the changes that came with it.
  void shutting_down(TimePoint now);

  bool over() const { return open_ == 0; }
  /// In the order of the aims; those that are not settled yet are left out.
  std::vector<Settled> settled() const;

 private:
  enum class Before { nothing, down, alive };  // `alive`: a process, or one due to come
  struct Item {
    Aim aim;
    Before before = Before::nothing;
    Generation first_new = 1;  // of the first life that was, or will be, asked for after the operation
    bool settled = false;
    Settled so_far;
  };
  void open(Item& item, const Supervision& after, TimePoint now);
  void on_way_up(Item& item, const Changed& change, TimePoint now);
  void on_way_down(Item& item, const Changed& change, TimePoint now);
  void settle(Item& item, Settled::How how, TimePoint now, std::string reason = {});

  std::vector<Item> items_;
  std::map<InstanceId, std::size_t> index_;
  TimePoint since_;
  std::size_t open_ = 0;
};

}  // namespace pm::core
