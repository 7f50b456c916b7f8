#include "pm/supervisor/load.h"

#include <fmt/format.h>

#include <filesystem>
#include <map>
#include <utility>

#include "identities.h"
#include "pm/config/proposal.h"
#include "pm/core/text.h"
#include "pm/os/file.h"

namespace pm::supervisor {

using config::File;
using config::Sources;
using core::Checked;
using core::Error;
using core::Result;

namespace {

constexpr auto kProcfile = "Procfile", kEnvFile = ".env", kOptionsFile = "pm.toml", kStandardInput = "-",
               kSocket = ".pm.sock";

/// What was said: by flag, else by a variable that is not empty.
std::optional<std::string> said(const LoadRequest& request, const std::optional<std::string>& flag,
                                const std::string& variable) {
  if (flag) return flag;
  const auto found = request.environment.find(variable);
  if (found == request.environment.end() || found->second.empty()) return std::nullopt;
  return found->second;
}

std::string absolute(const LoadRequest& request, const std::string& name) {
  auto path = (std::filesystem::path{request.directory} / name).lexically_normal();
  if (!path.has_filename() && path.has_relative_path()) path = path.parent_path();  // "shop/" is "shop"
  return path.string();
}

/// The path as a person in `request.directory` would write it.
std::string shown(const LoadRequest& request, const std::string& path) {
  const auto relative = std::filesystem::path{path}.lexically_relative(request.directory).string();
  return relative.empty() || relative.starts_with("..") ? path : relative;
}

/// Where the Procfile is: `name` for messages, `path` to open it.
struct Place {
  std::string name, path;
};

Place procfile_place(const LoadRequest& request) {
  if (const auto name = said(request, request.procfile, "PM_PROCFILE"))
    return {*name, absolute(request, *name)};
  const auto root = said(request, request.root, "PM_ROOT");
  const Place here{kProcfile, absolute(request, kProcfile)};
  if (!root || os::read_file(here.path)) return here;
  const auto there = (std::filesystem::path{absolute(request, *root)} / kProcfile).string();
  return {shown(request, there), there};
}

Result<std::string> find_root(const LoadRequest& request) {
  const auto said_root = said(request, request.root, "PM_ROOT");
  const auto procfile = procfile_place(request);
  auto root = said_root                         ? absolute(request, *said_root)
              : procfile.name == kStandardInput ? request.directory
                                                : std::filesystem::path{procfile.path}.parent_path().string();
  if (!root.starts_with('/'))
    return Error{.what = "cannot tell the current directory", .hint = "name the root by an absolute --root"};
  if (said_root && !os::is_directory(root))
    return core::bad_input(fmt::format("the root '{}' is no directory", *said_root));
  return root;
}

Error no_procfile(const LoadRequest& request, const std::string& name) {
  if (said(request, request.procfile, "PM_PROCFILE"))
    return core::bad_input(fmt::format("there is no Procfile '{}'", name),
                           "--procfile or PM_PROCFILE names it");
  const auto folder = name.substr(0, name.size() - std::string_view{kProcfile}.size());
  const auto lies_here = [&](std::string_view file) {
    return os::exists(absolute(request, folder + std::string{file}));
  };
  return core::bad_input(fmt::format("no Procfile here: '{}' does not exist", absolute(request, name)),
                         config::proposal(folder, lies_here));
}

/// A file that cannot be read is a fault of the input, whatever the reason.
Error unreadable(Error error, const char* what) {
  error.kind = Error::Kind::bad_input;
  return std::move(error).in(fmt::format("reading the {}", what));
}

Result<std::string> read(const LoadRequest& request, const std::string& path) {
  const auto kept = request.kept.find(path);
  return kept == request.kept.end() ? os::read_file(path) : kept->second;
}

Result<File> read_procfile(const LoadRequest& request) {
  const auto [name, path] = procfile_place(request);
  if (name == kStandardInput) return File{name, request.standard_input.value_or("")};
  auto text = read(request, path);
  if (text) return File{name, std::move(*text)};
  if (text.error().kind == Error::Kind::not_found) return no_procfile(request, name);
  return unreadable(text.error(), "Procfile");
}

/// A file that somebody named: it has to be there.
Result<File> read_named(const LoadRequest& request, const std::string& name, const char* what) {
  auto text = read(request, absolute(request, name));
  if (text) return File{name, std::move(*text)};
  if (text.error().kind == Error::Kind::not_found)
    return core::bad_input(fmt::format("there is no {} '{}'", what, name));
  return unreadable(text.error(), what);
}

/// A file of `root` that counts if it is there. A directory of that name (a Python environment often is
/// `.env`) is something else.
Result<std::optional<File>> read_default(const LoadRequest& request, const std::string& root,
                                         const char* name, const char* what) {
  const auto path = (std::filesystem::path{root} / name).string();
  if (os::is_directory(path)) return std::optional<File>{};
  auto text = read(request, path);
  if (text) return std::optional{File{shown(request, path), std::move(*text)}};
  if (text.error().kind == Error::Kind::not_found) return std::optional<File>{};
  return unreadable(text.error(), what);
}

/// Collects what could be read and every error on the way.
class Gathering {
 public:
  Gathering(const LoadRequest& request, std::string root) : request_{request} {
    sources_.root = std::move(root);
    sources_.environment = request.environment;
    sources_.flags = request.flags;
    sources_.again = request.again;
  }

  void procfile() {
    if (auto file = taken(read_procfile(request_))) sources_.procfile = std::move(*file);
  }

  void env_files() {
    auto lists = request_.env_files;
    if (lists.empty() && !request_.no_env)
      if (const auto variable = said(request_, std::nullopt, "PM_ENV")) lists.push_back(*variable);
    if (lists.empty() && !request_.no_env) return default_env_file();
    for (const auto& name : core::split_lists(lists))
      if (auto file = taken(read_named(request_, name, "env file"))) sources_.env_files.push_back(*file);
  }

  void options() {
    if (const auto name = said(request_, request_.options, "PM_CONFIG"))
      sources_.options = taken(read_named(request_, *name, "options file"));
    else if (auto file = taken(read_default(request_, sources_.root, kOptionsFile, "options file")))
      sources_.options = std::move(*file);
  }

  Checked<Sources> result() && {
    if (!errors_.empty()) return std::move(errors_);
    return std::move(sources_);
  }

 private:
  void default_env_file() {
    const auto file = taken(read_default(request_, sources_.root, kEnvFile, "env file"));
    if (file && *file) sources_.env_files.push_back(**file);
  }

  template <class T>
  std::optional<T> taken(Result<T> result) {
    if (result) return std::move(*result);
    errors_.push_back(std::move(result.error()));
    return std::nullopt;
  }

  const LoadRequest& request_;
  Sources sources_;
  std::vector<Error> errors_;
};

}  // namespace

bool reads_standard_input(const LoadRequest& request) {
  return procfile_place(request).name == kStandardInput;
}

bool has_procfile(const LoadRequest& request) {
  if (said(request, request.procfile, "PM_PROCFILE")) return true;
  const auto text = os::read_file(procfile_place(request).path);
  return text || text.error().kind != Error::Kind::not_found;
}

Checked<Sources> gather(const LoadRequest& request) {
  auto root = find_root(request);
  if (!root) return std::vector{std::move(root.error())};
  Gathering gathering{request, std::move(*root)};
  gathering.procfile();
  gathering.env_files();
  gathering.options();
  return std::move(gathering).result();
}

LoadRequest again(LoadRequest request, const Sources& sources) {
  const auto keep = [&](const File& file) {
    const auto path = absolute(request, file.name);
    if (file.name != kStandardInput && !os::is_regular_file(path)) request.kept[path] = file.text;
  };
  keep(sources.procfile);
  for (const auto& file : sources.env_files) keep(file);
  if (sources.options) keep(*sources.options);
  request.again = true;
  return request;
}

Result<SocketPlace> socket_place(const LoadRequest& request) {
  if (request.no_socket) return SocketPlace{};
  if (const auto named = said(request, request.socket, "PM_SOCKET"))
    return SocketPlace{absolute(request, *named), true};
  const auto root = find_root(request);
  if (!root) return root.error();
  return SocketPlace{(std::filesystem::path{*root} / kSocket).string(), false};
}

Checked<config::Application> application_of(const Sources& sources) {
  auto application = config::resolve(sources);
  if (!application) return application;
  if (auto checked = check_identities(*application); !checked) return checked.error();
  return application;
}

std::vector<Error> missing_directories(const config::Application& application) {
  std::map<std::string, std::string> first_type;  // [defaults] may say it for all
  for (const auto& type : application.types)
    if (type.instances > 0 && !os::is_directory(type.cwd)) first_type.try_emplace(type.cwd, type.name);
  std::vector<Error> warnings;
  for (const auto& [directory, type] : first_type)
    warnings.push_back(
        core::bad_input(fmt::format("'{}' is to start in '{}', which is no directory", type, directory),
                        "make it before the start, or say another 'cwd' in pm.toml"));
  return warnings;
}

Checked<config::Application> load(const LoadRequest& request) {
  const auto sources = gather(request);
  if (!sources) return sources.error();
  return application_of(*sources);
}

Checked<config::Application> load_environment(const LoadRequest& request) {
  auto root = find_root(request);
  if (!root) return std::vector{std::move(root.error())};
  Gathering gathering{request, std::move(*root)};
  gathering.env_files();
  auto sources = std::move(gathering).result();
  if (!sources) return sources.error();
  const auto formation = sources->environment.extract("PM_FORMATION");  // of types that nobody described
  sources->procfile = {kProcfile, "nothing: true\n"};                   // resolving asks for one process
  auto application = config::resolve(*sources);
  if (!application) return application;
  application->types.clear();
  if (formation) application->environment.insert({formation.key(), formation.mapped()});
  return application;
}

}  // namespace pm::supervisor
