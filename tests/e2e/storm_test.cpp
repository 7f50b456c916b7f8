// SPEC 3 and 5: many clients at once, against children that behave badly. Every answer has to be true, and
// nothing may be left of it all. PM_STORM_SEED=N repeats a run, PM_STORM_SCALE=X makes it X times as long.
#include <gmock/gmock.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <mutex>
#include <random>
#include <set>
#include <sstream>
#include <thread>

#include "asking.h"

namespace pm::e2e::storm_test {

using core::Pid;
using core::Settled;
using core::Verb;
using How = core::Settled::How;
using testing::AnyOf;
using testing::HasSubstr;
using testing::IsEmpty;

namespace fs = std::filesystem;

constexpr int kSteps = 160;  // of each client
constexpr int kAtFirst = 2;  // instances of each type

// Each client has a type of its own, which nobody else touches: there it can tell exactly what has to come.
struct Type {
  std::string name, manner;
};
const std::vector<Type> kOwn{{"own1", "willing"}, {"own2", "lingers"}, {"own3", "ignores"},
                             {"own4", "crashes"}, {"own5", "leaves"},  {"own6", "willing"},
                             {"own7", "crashes"}, {"own8", "lingers"}};
// The others are everybody's.
const std::vector<Type> kShared{{"pool", "willing"}, {"flaky", "crashes"}, {"guest", "lingers"}};

// What the Procfile says of the latter, in turn; no matter what, everybody's own stays as it was.
struct Edition {
  std::string before, after;
  bool good = true;
};
const std::vector<Edition> kEditions{
    {"", "pool: exec unruly willing\nflaky: exec unruly crashes\nguest: exec unruly lingers\n"},
    {"", "pool: A=1 exec unruly willing\nflaky: A=1 exec unruly crashes\nguest: exec unruly lingers\n"},
    {"", "pool: exec unruly willing\nflaky: exec unruly crashes\n"},
    {"guest: exec unruly willing\n", "flaky: exec unruly crashes\npool: exec unruly willing\n"},
    {"", "pool exec unruly willing\n", false}};

std::string procfile_of(const Edition& edition) {
  auto text = edition.before;
  for (const auto& [name, manner] : kOwn) text += name + ": exec unruly " + manner + "\n";
  return text + edition.after;
}

std::string slurp(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream{path, std::ios::binary}.rdbuf();
  return text.str();
}

std::string of_process(pid_t pid, std::string_view file) {
  return slurp("/proc/" + std::to_string(pid) + "/" + std::string{file});
}

std::vector<std::string> fields_of_stat(pid_t pid) {  // from the third on: the state
  const auto text = of_process(pid, "stat");
  std::istringstream words{text.substr(std::min(text.rfind(')'), text.size() - 1) + 1)};
  return {std::istream_iterator<std::string>{words}, {}};
}

// In the unit of stat(5), since boot.
long ticks_now() {
  timespec now{};
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  const long per_second = ::sysconf(_SC_CLK_TCK);
  return now.tv_sec * per_second + now.tv_nsec / (1'000'000'000 / per_second);
}

// Whether the process that had that pid at `then` is gone; another may have got its pid since.
bool is_gone(Pid pid, long then) {
  constexpr std::size_t kStartTime = 22 - 3;
  const auto fields = fields_of_stat(static_cast<pid_t>(pid));
  return fields.size() <= kStartTime || std::stol(fields[kStartTime]) > then;
}

bool is_alive(Pid pid) { return pid != Pid::none && ::kill(static_cast<pid_t>(pid), 0) == 0; }

int descriptors_of(pid_t pid) {
  const fs::directory_iterator all{"/proc/" + std::to_string(pid) + "/fd"};
  return static_cast<int>(std::distance(begin(all), end(all)));
}

int children_of(pid_t pid) {  // zombies too
  int count = 0;
  for (const auto each : all_pids())
    if (const auto fields = fields_of_stat(each); fields.size() > 1 && fields[1] == std::to_string(pid))
      ++count;
  return count;
}

double factor() {
  const char* text = std::getenv("PM_STORM_SCALE");
  return text ? std::atof(text) : 1;
}
unsigned seed() {
  const char* text = std::getenv("PM_STORM_SEED");
  return text ? static_cast<unsigned>(std::atol(text)) : 3;
}

/// The Procfile that everybody writes, and what it has said when.
class Files {
 public:
  explicit Files(std::string path) : path_{std::move(path)} {}

  /// In one piece, as an editor that is careful does.
  void put(const Edition& edition) {
    const std::lock_guard lock{mutex_};
    std::ofstream{path_ + ".new"} << procfile_of(edition);
    fs::rename(path_ + ".new", path_);
    good_.push_back(edition.good);
  }
  std::size_t now() const {
    const std::lock_guard lock{mutex_};
    return good_.size() - 1;
  }
  /// Whether it was `good` at some time since `then`.
  bool was(bool good, std::size_t then) const {
    const std::lock_guard lock{mutex_};
    return std::find(good_.begin() + static_cast<std::ptrdiff_t>(then), good_.end(), good) != good_.end();
  }

 private:
  const std::string path_;
  mutable std::mutex mutex_;
  std::vector<bool> good_;
};

/// A life that an answer has told of.
struct Claim {
  std::string name;
  Pid pid;
  friend auto operator<=>(const Claim&, const Claim&) = default;
};

class Storm : public Asking {
 public:
  using Asking::socket;

  /// How many processes of this test each instance has.
  std::map<std::string, int> living() const {
    std::map<std::string, int> found;
    for (const auto pid : all_pids()) {
      const auto environment = '\0' + environment_of(pid);
      const auto name = environment.find(std::string{'\0'} + "PS=");
      if (environment.find(std::string{'\0'} + "PM_SOCKET=" + socket() + '\0') == environment.npos) continue;
      if (name != environment.npos) ++found[environment.c_str() + name + 4];
    }
    return found;
  }

  /// What does not fit the formation of the first edition with kAtFirst of each; empty: all is well.
  std::string misfit() const {
    const auto status = api::parse_status(ask(api::GetStatus{}).body);
    if (!status) return core::render(status.error());
    auto lives = living();
    std::ostringstream text;
    std::set<std::string> missing;
    for (const auto& types : {kOwn, kShared})
      for (const auto& [type, manner] : types) {
        if (const auto count = status->formation.find(type);
            count == status->formation.end() || count->second != kAtFirst)
          text << type << " is not " << kAtFirst << "\n";
        for (int number = 1; number <= kAtFirst; ++number)
          missing.insert(core::to_string(core::InstanceId{type, number}));
      }
    for (const auto& process : status->processes) {
      const auto name = core::to_string(process.id);
      const auto lived = std::exchange(lives[name], 0);
      if (missing.erase(name) == 0) text << name << " is " << process.state << " and should not be\n";
      const bool crashes = process.command.ends_with("crashes"), leaves = process.command.ends_with("leaves");
      if (!crashes && (process.state != "running" || !is_alive(process.pid)))
        text << name << " is " << process.state << ", " << process.reason << "\n";
      if (crashes ? lived > 1 : lived != (leaves ? 3 : 1)) text << name << " has " << lived << " processes\n";
    }
    for (const auto& name : missing) text << name << " is missing\n";
    for (const auto& [name, count] : lives)
      if (count > 0 && !name.starts_with("flaky")) text << count << " processes of " << name << " too many\n";
    return text.str();
  }

  /// Waits until `wrong` says nothing any more.
  static void await(std::string_view what, const std::function<std::string()>& wrong) {
    const auto deadline = Clock::now() + kPatience;
    auto text = wrong();
    while (!text.empty() && Clock::now() < deadline) text = wrong();
    EXPECT_EQ(text, "") << what;
  }

  /// The descriptors of pm itself, once no client is connected any more but `others`.
  int own_descriptors(pid_t pid, int others) const {
    auto client = client::Client::connect(socket());
    EXPECT_TRUE(client);
    if (!client) return -1;
    const auto clients = "\npm_clients " + std::to_string(others + 1) + "\n";
    await("the clients go", [&] {
      const auto metrics = client->ask(api::Metrics{});
      return metrics && metrics->body.find(clients) != std::string::npos ? "" : "some are still there";
    });
    return descriptors_of(pid) - others - 1;
  }

  Files files{path("Procfile")};
};

/// One client, and what it knows.
class Rider {
 public:
  Rider(Storm& storm, const Type& own, unsigned seed)
      : storm_{storm}, own_{own.name}, crashes_{own.manner == "crashes"}, dice_{seed} {
    leaves_ = own.manner == "leaves";
  }

  void ride(int steps) {
    for (int step = 0; step < steps && !testing::Test::HasFailure(); ++step) {
      SCOPED_TRACE(own_ + ", step " + std::to_string(step));
      chance(60) ? do_with_own() : do_with_shared();
    }
    connection_.reset();
  }

  const std::vector<Claim>& claims() const { return claims_; }

 private:
  int roll(int sides) { return std::uniform_int_distribution{0, sides - 1}(dice_); }
  bool chance(int percent) { return roll(100) < percent; }
  template <class Value>
  Value one_of(std::initializer_list<Value> values) {
    return values.begin()[roll(static_cast<int>(values.size()))];
  }
  Verb any_verb() { return one_of({Verb::start, Verb::stop, Verb::restart, Verb::restart, Verb::kill}); }

  // Asking, now and then on a new connection.

  client::Client::Answer ask(const api::Request& request) {
    if (!connection_ || chance(25)) {
      connection_.reset();
      auto made = client::Client::connect(storm_.socket());
      if (!made) return {0, core::render(made.error())};
      connection_.emplace(std::move(*made));
      connection_->set_patience(kPatience);
    }
    asked_at_ = ticks_now();
    edition_ = storm_.files.now();
    auto answer = connection_->ask(request);
    return answer ? *answer : client::Client::Answer{0, core::render(answer.error())};
  }

  // Checking.

  /// Of a request that reads the files: whether it says that they are faulty, and rightly.
  bool is_refused(const client::Client::Answer& answer) {
    EXPECT_TRUE(storm_.files.was(answer.status != 422, edition_)) << answer.status << ' ' << answer.body;
    if (answer.status == 422) { EXPECT_THAT(answer.body, HasSubstr("Procfile:")); }
    return answer.status == 422;
  }

  /// The report of an operation that was waited for, true in all that anybody can check.
  api::OperationReport checked(const client::Client::Answer& answer) {
    SCOPED_TRACE(std::to_string(answer.status) + ' ' + answer.body);
    auto report = api::parse_operation(answer.body);
    EXPECT_TRUE(report);
    if (!report) return {};
    const auto any = [&](How how) {
      return std::any_of(report->results.begin(), report->results.end(),
                         [how](const Settled& result) { return result.how == how; });
    };
    EXPECT_EQ(answer.status, any(How::failed) ? 500 : any(How::superseded) ? 409 : 200);
    for (const auto& result : report->results) check(result);
    return std::move(*report);
  }

  void check(const Settled& result) {
    const bool done = result.how == How::done;
    SCOPED_TRACE(core::to_string(result.id));
    EXPECT_NE(result.how, How::failed) << result.reason;
    if (result.goal == core::Goal::down) {
      if (done || result.how == How::unchanged) { EXPECT_EQ(result.pid, Pid::none); }
      if (done && result.before != Pid::none) { EXPECT_TRUE(is_gone(result.before, asked_at_)); }
    } else if (done) {
      EXPECT_NE(result.pid, Pid::none);
      EXPECT_NE(result.pid, result.before);
      claims_.push_back({core::to_string(result.id), result.pid});
      if (result.before != Pid::none) {
        EXPECT_TRUE(is_gone(result.before, asked_at_)) << "two lives at once";
      }
    }
    if (result.goal == core::Goal::renewed) { EXPECT_NE(result.how, How::unchanged); }
  }

  // With what is its own: exactly.

  void do_with_own() {
    switch (roll(10)) {
      case 0:
      case 1: return scale_own();
      case 2: return signal_own();
      case 3: return look_at_own();
      default: return operate_own(any_verb());
    }
  }

  std::string any_of_own() {
    return chance(50) || count_ == 0 ? own_ : own_ + '.' + std::to_string(1 + roll(count_));
  }

  void operate_own(Verb verb) {
    const auto selector = any_of_own();
    const auto answer = ask(api::Operate{.verb = verb, .selectors = {selector}});
    if (count_ == 0 && verb == Verb::start) {
      count_ = 1;  // to start a type without instances is to give it one
    } else if (count_ == 0) {
      EXPECT_EQ(answer.status, 404) << answer.body;
      return;
    }
    if (verb == Verb::restart && is_refused(answer)) return;
    EXPECT_EQ(answer.status, 200) << answer.body;
    const auto report = checked(answer);
    const auto meant = selector == own_ ? static_cast<std::size_t>(count_) : 1;
    ASSERT_EQ(report.results.size(), meant) << answer.body;
    ASSERT_EQ(report.processes.size(), meant) << answer.body;
    for (std::size_t i = 0; i < meant; ++i) check_own(report.results[i], &report.processes[i]);
    if (selector == own_ && core::goal_of(verb) != core::Goal::up) disturbed_ = false;
  }

  void check_own(const Settled& result, const core::ProcessSnapshot* process) {
    const auto name = core::to_string(result.id);
    SCOPED_TRACE(name);
    auto& known = generations_[result.id];
    const bool done = result.how == How::done, down = result.goal == core::Goal::down;
    if (down && leaves_) { EXPECT_EQ(storm_.living()[name], 0); }
    if (!down && !crashes_ && (done || !disturbed_)) { EXPECT_TRUE(is_alive(result.pid)); }
    if (!process) return;
    EXPECT_EQ(process->id, result.id);
    if (down) {
      EXPECT_EQ(process->state, "stopped");
      EXPECT_EQ(process->pid, Pid::none);
    } else if (!crashes_ && done) {
      EXPECT_EQ(process->state, "running");
      EXPECT_EQ(process->pid, result.pid);
    }
    EXPECT_GE(process->generation, known + (!down && done ? 1 : 0));
    known = process->generation;
  }

  void scale_own() {
    const int count = roll(4), change = count - count_;
    const auto text =
        chance(50) ? std::to_string(count) : (change < 0 ? "-" : "+") + std::to_string(std::abs(change));
    const auto answer = ask(api::Scale{.counts = {{own_, text}}});
    ASSERT_EQ(answer.status, 200) << answer.body;
    const auto report = checked(answer);
    EXPECT_EQ(report.previous.at(own_), count_);
    EXPECT_EQ(report.formation.at(own_), count);
    ASSERT_EQ(report.results.size(), static_cast<std::size_t>(std::abs(change))) << answer.body;
    for (const auto& result : report.results) {
      EXPECT_EQ(result.goal, change < 0 ? core::Goal::down : core::Goal::up);
      check_own(result, nullptr);
    }
    count_ = count;
  }

  void signal_own() {
    const int signal = one_of({SIGTERM, SIGKILL, SIGSTOP, SIGCONT, SIGUSR1});
    const auto answer = ask(api::SendSignal{{any_of_own()}, signal});
    if (count_ == 0)
      EXPECT_EQ(answer.status, 404) << answer.body;
    else  // who is between two lives cannot take it
      EXPECT_THAT(answer.status, AnyOf(200, 500)) << answer.body;
    disturbed_ = true;
  }

  void look_at_own() {
    const auto status = api::parse_status(ask(api::GetStatus{}).body);
    ASSERT_TRUE(status);
    EXPECT_EQ(status->formation.at(own_), count_);
    int number = 0;
    for (const auto& process : status->processes) {
      if (process.id.type != own_) continue;
      EXPECT_EQ(process.id.number, ++number);
      EXPECT_GE(process.generation, generations_[process.id]);
    }
    EXPECT_EQ(number, count_);
    const auto why = ask(api::Explain{{own_}});
    EXPECT_EQ(why.status, count_ == 0 ? 404 : 200) << why.body;
  }

  // With what is everybody's: what is claimed has to be true, whoever else was there.

  void do_with_shared() {
    switch (roll(10)) {
      case 0:
      case 1: return reload();
      case 2:
      case 3: return scale_shared();
      case 4: return vanish();
      case 5: return look_around();
      default: return operate_shared();
    }
  }

  std::string any_shared() {
    return one_of({"pool", "flaky", "guest", "pool.2", "p*", "flaky,pool", "pool.1,pool.2"});
  }

  api::Operate any_operation() {
    return {.verb = any_verb(), .selectors = {any_shared()}, .wait = chance(75)};
  }

  void operate_shared() {
    const auto request = any_operation();
    const auto answer = ask(request);
    if (answer.status == 404) return;  // somebody has scaled it to 0, or reloaded without it
    if (request.verb == Verb::restart && is_refused(answer)) return;
    settle_shared(answer, request.wait);
  }

  void settle_shared(const client::Client::Answer& answer, bool wait) {
    if (!wait && answer.status == 202) return;
    EXPECT_THAT(answer.status, AnyOf(200, 409)) << answer.body;
    if (wait && answer.body.find("\"results\"") != answer.body.npos) checked(answer);
  }

  void scale_shared() {
    const std::string type = one_of({"pool", "flaky", "guest"}), count = one_of({"0", "2", "4", "+1", "-1"});
    const bool wait = chance(75);
    const auto answer = ask(api::Scale{.counts = {{type, count}}, .wait = wait});
    if (answer.status == 422)  // below nothing, or of a type that was reloaded away
      EXPECT_TRUE(count == "-1" || type == "guest") << answer.body;
    else
      settle_shared(answer, wait);
  }

  void reload() {
    storm_.files.put(kEditions[static_cast<std::size_t>(roll(static_cast<int>(kEditions.size())))]);
    const auto answer = ask(api::Reload{});
    if (is_refused(answer)) return;
    settle_shared(answer, true);
    EXPECT_THAT(answer.body, HasSubstr("\"reload\""));
    EXPECT_THAT(answer.body, testing::Not(HasSubstr("\"own"))) << "they have not changed";
  }

  void vanish() {
    auto connection = client::Client::connect(storm_.socket());
    ASSERT_TRUE(connection);
    connection->set_patience(1ms);
    (void)connection->ask(any_operation());
  }

  void look_around() {
    EXPECT_EQ(ask(api::GetProcesses{{"all"}}).status, 200);
    EXPECT_EQ(ask(api::FollowLogs{.tail = 10, .form = api::StreamForm::text}).status, 200);
    EXPECT_EQ(ask(api::Metrics{}).status, 200);
  }

  Storm& storm_;
  const std::string own_;
  const bool crashes_;
  bool leaves_ = false;
  std::mt19937 dice_;
  std::optional<client::Client> connection_;
  long asked_at_ = 0;        // the latest request
  std::size_t edition_ = 0;  // of the Procfile, at that time
  int count_ = kAtFirst;
  bool disturbed_ = false;  // by a signal that may not have had its effect yet
  std::map<core::InstanceId, core::Generation> generations_;
  std::vector<Claim> claims_;
};

/// What the events tell, from now until the supervisor ends.
class Witness {
 public:
  explicit Witness(const std::string& socket) : thread_{[this, socket] { watch(socket); }} {
    started_.get_future().wait();
  }
  ~Witness() { join(); }
  void join() {
    if (thread_.joinable()) thread_.join();
  }

  /// Once joined: each change begins where the one before it ended, and every claim is borne out.
  void judge(const std::vector<Claim>& claims) const {
    std::map<core::InstanceId, std::string> states;
    std::set<Claim> lives;
    int events = 0;
    for (const auto line : split_lines(text_)) {
      const auto event = api::parse_event(line);
      ASSERT_TRUE(event) << line;
      const auto* change = std::get_if<core::StateEvent>(&event->what);
      if (!change) continue;
      ++events;
      const auto& process = change->process;
      if (const auto known = states.find(process.id); known != states.end()) {
        EXPECT_EQ(change->from, known->second) << line;
      }
      states[process.id] = process.state;
      if (process.state == "running") lives.insert({core::to_string(process.id), process.pid});
    }
    for (const auto& claim : claims)
      EXPECT_TRUE(lives.contains(claim)) << claim.name << " never had pid " << static_cast<int>(claim.pid);
    std::cout << events << " changes of state, " << lives.size() << " lives, " << claims.size()
              << " of them told of by answers\n";
  }

 private:
  void watch(const std::string& socket) {
    auto connection = client::Client::connect(socket);
    if (!connection) return started_.set_value();
    // The one change that was is there at once.
    bool first = true;
    (void)connection->follow(api::FollowEvents{.tail = 1}, [&](std::string_view piece) {
      text_ += piece;
      if (std::exchange(first, false)) started_.set_value();
      return true;
    });
    if (first) started_.set_value();
  }

  std::promise<void> started_;
  std::string text_;
  std::thread thread_;
};

TEST_F(Storm, LeavesEveryAnswerTrueAndNothingBehind) {
  std::cout << "PM_STORM_SEED=" << seed() << '\n';
  SCOPED_TRACE("PM_STORM_SEED=" + std::to_string(seed()));
  files.put(kEditions.front());
  write("pm.toml",
        "[defaults]\nbackoff = { initial = \"20ms\", max = \"200ms\" }\nstop_timeout = \"100ms\"\n");
  auto pm = start(Launch{.args = {"start", "--exit-when", "never", "all=" + std::to_string(kAtFirst)},
                         .out = Launch::kNull,
                         .err = Launch::kNull});
  ASSERT_TRUE(await_socket());
  await("the start", [this] { return misfit(); });

  ASSERT_EQ(operate(Verb::stop, "all").status, 200);
  const auto supervisor = chain_of(pm.pid()).supervisor;
  const auto children = children_of(supervisor);
  const auto descriptors = own_descriptors(supervisor, /*others=*/0);
  ASSERT_EQ(operate(Verb::start, "all").status, 200);

  Witness witness{socket()};
  std::vector<Rider> riders;
  for (const auto& own : kOwn)
    riders.emplace_back(*this, own, seed() * 100 + static_cast<unsigned>(riders.size()));
  std::vector<std::thread> threads;
  for (auto& rider : riders)
    threads.emplace_back([&rider] { rider.ride(static_cast<int>(kSteps * factor())); });
  for (auto& thread : threads) thread.join();

  files.put(kEditions.front());
  const auto reloaded = ask(api::Reload{});
  EXPECT_EQ(reloaded.status, 200) << reloaded.body;
  EXPECT_EQ(scale("all", std::to_string(kAtFirst)).status, 200);
  EXPECT_EQ(operate(Verb::start, "all").status, 200);
  await("after the storm", [this] { return misfit(); });

  EXPECT_EQ(operate(Verb::stop, "all").status, 200);
  EXPECT_THAT(living(), IsEmpty());
  EXPECT_EQ(children_of(supervisor), children) << "zombies";
  EXPECT_EQ(own_descriptors(supervisor, /*others=*/1), descriptors) << "the witness is the other";

  EXPECT_EQ(ask(api::Shutdown{}).status, 202);
  const int status = pm.await_exit();
  EXPECT_EQ(status, 0);
  if (status == -1) pm.signal(SIGKILL);  // or the witness would wait on
  EXPECT_THAT(left_over(), IsEmpty());
  EXPECT_FALSE(exists(".pm.sock"));
  witness.join();
  std::vector<Claim> claims;
  for (const auto& rider : riders) claims.insert(claims.end(), rider.claims().begin(), rider.claims().end());
  witness.judge(claims);
}

}  // namespace pm::e2e::storm_test
