#include "pm/config/proposal.h"

#include <fmt/format.h>

namespace pm::config {

namespace {

constexpr std::string_view kOtherNames[] = {"Procfile.dev", "Procfile.development", "Procfile.local",
                                            "procfile"};

/// A file that tells what kind of application this is, and how such a one is served.
struct Kind {
  std::string_view file, process;
};
constexpr Kind kKinds[] = {
    {"config.ru", "web: bundle exec rackup --port $PORT"},
    {"manage.py", "web: python3 manage.py runserver 127.0.0.1:$PORT"},
    {"artisan", "web: php artisan serve --port=$PORT"},
    {"mix.exs", "web: mix phx.server"},
    {"package.json", "web: npm start"},
    {"go.mod", "web: go run ."},
    {"Cargo.toml", "web: cargo run"},
    {"app.py", "web: python3 app.py"},
    {"index.html", "web: python3 -m http.server $PORT --bind 127.0.0.1"},
};

}  // namespace

std::string proposal(std::string_view folder, const std::function<bool(std::string_view name)>& lies_here) {
  for (const auto name : kOtherNames)
    if (lies_here(name)) return fmt::format("there is '{0}{1}': name it with -f {0}{1}", folder, name);
  for (const auto& [file, process] : kKinds)
    if (lies_here(file))
      return fmt::format(
          "write one, a line for each process; for what '{}' belongs to perhaps:\n  {}\nor name another with "
          "--procfile",
          file, process);
  return "write one, a line for each process:\n  web: python3 -m http.server $PORT\n"
         "  worker: python3 worker.py\nor name another with --procfile";
}

}  // namespace pm::config
