#pragma once

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "catalogue.h"
#include "line_form.h"
#include "pm/api/http.h"
#include "pm/api/request.h"
#include "pm/supervisor/control.h"
#include "stream.h"

namespace pm::server {

/// The lines of some processes in the order in which they came, from their histories, at the reader's pace.
class LogStream : public Stream {
 public:
  /// Faults: not_found for a selector that matches nothing; bad_request for an `after` that is no id.
  static boost::system::result<std::unique_ptr<Stream>, api::HttpFault> open(supervisor::Control& control,
                                                                             Catalogue& catalogue,
                                                                             const api::FollowLogs& request,
                                                                             Epoch epoch,
                                                                             std::int64_t now_us);

  News waits_for() const override { return News::lines; }
  std::string_view type() const override { return type_of(taste_.form); }
  Next fill(log::Buffer& out) override;
  void end() override { follow_ = false; }

 private:
  struct Source {
    core::InstanceId id;
    LineForm form;
    log::LineNumber cursor = 1;
    std::optional<log::LineNumber> until = {};  // not to be read from here on
    bool lost = false;  // lines between the one before and the cursor, nobody knows how many
  };
  using Ready = std::vector<std::pair<log::Order, std::size_t>>;  // a heap: whose next entry is the oldest

  LogStream(supervisor::Control& control, Catalogue& catalogue, const api::FollowLogs& request, Epoch epoch);
  void add(const core::InstanceId& id);
  void begin_at(const api::FollowLogs& request, std::int64_t now_us);
  void keep_last(std::size_t lines);
  std::size_t lines_since(log::Order order) const;
  bool resume(std::string_view id);
  void adopt_new();
  const log::History* history(const Source& source) const { return control_.history(source.id); }
  std::optional<log::Order> next_order(const Source& source) const;
  void give(log::Buffer& out, Source& source);

  supervisor::Control& control_;
  Catalogue& catalogue_;
  std::vector<std::string> selectors_;
  LineForm::Taste taste_;
  bool follow_;
  std::uint64_t version_;
  std::vector<Source> sources_;
};

}  // namespace pm::server
