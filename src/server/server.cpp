#include "server.h"

#include <utility>

#include "pm/os/output.h"
#include "pm/server/server.h"

namespace pm::server {

namespace asio = boost::asio;

bool peer_may_command(int socket) {
  const auto peer = os::peer_of(socket);
  return peer && os::may_command(*peer);
}

namespace {

void warn(const core::Error& error) { os::complain(core::render(error, "warning")); }

}  // namespace

Server::Server(asio::io_context& loop, supervisor::Control& control, os::UnixListener listener, Rules rules)
    : control_{control},
      rules_{std::move(rules)},
      catalogue_{control},
      turns_{loop, catalogue_},
      desk_{control, catalogue_, events_, counters_},
      around_{.loop = loop, .rules = rules_, .desk = desk_, .turns = turns_, .counters = counters_},
      sessions_{around_},
      door_{loop,
            std::move(listener),
            rules_,
            {.admit = [this](os::UniqueFd socket) { sessions_.admit(std::move(socket)); },
             .make_room = [this] { return sessions_.make_room(); },
             .warn = warn,
             .listens = [this](const auto& open) { control_.listens(open); }}} {
  control_.observe(this);
  door_.open();
}

Server::~Server() { control_.observe(nullptr); }

void Server::on_event(const core::Event& event) {
  events_.append(event);
  turns_.on_news(Stream::News::events);
}

void Server::close(std::function<void()> done) {
  door_.close();
  sessions_.finish(std::move(done));
}

supervisor::OpenService open_at(std::string path, bool required) {
  using Opened = core::Result<std::unique_ptr<supervisor::Service>>;
  return [path = std::move(path), required](asio::io_context& loop, supervisor::Control& control) -> Opened {
    auto listener = os::UnixListener::listen(path);
    if (listener) return std::make_unique<Server>(loop, control, std::move(*listener));
    if (required || listener.error().kind == core::Error::Kind::conflict) return listener.error();
    warn(listener.error());
    return nullptr;
  };
}

}  // namespace pm::server
