#include "pm_process.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "pm/os/process_tree.h"

namespace pm::e2e {

namespace fs = std::filesystem;
using os::UniqueFd;

namespace {

const char* pm_binary() {
  const char* chosen = std::getenv("PM_BINARY");
  return chosen ? chosen : PM_E2E_BINARY;
}

UniqueFd open_pidfd(pid_t pid) { return UniqueFd{static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))}; }

int milliseconds_until(Clock::time_point deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
  return static_cast<int>(std::max<std::int64_t>(left.count(), 0));
}

// False: the deadline came first.
bool wait_readable(int fd, Clock::time_point deadline) {
  pollfd watched{.fd = fd, .events = POLLIN, .revents = 0};
  return ::poll(&watched, 1, milliseconds_until(deadline)) > 0;
}

struct Ends {
  UniqueFd pm = UniqueFd{}, test = UniqueFd{};
};

Ends make_ends(int choice) {
  if (choice == Launch::kNull) return {UniqueFd{::open("/dev/null", O_RDWR | O_CLOEXEC)}, UniqueFd{}};
  if (choice != Launch::kRead) return {};
  int fds[2];
  if (::pipe2(fds, O_CLOEXEC) == -1) return {};
  ::fcntl(fds[0], F_SETFL, O_NONBLOCK);
  return {UniqueFd{fds[1]}, UniqueFd{fds[0]}};
}

Ends make_terminal() {
  int master = -1, slave = -1;
  termios raw{};
  ::cfmakeraw(&raw);
  raw.c_cflag |= CREAD;
  const winsize size{.ws_row = 24, .ws_col = 80, .ws_xpixel = 0, .ws_ypixel = 0};
  if (::openpty(&master, &slave, nullptr, &raw, &size) == -1) return {};
  for (const int fd : {master, slave}) ::fcntl(fd, F_SETFD, FD_CLOEXEC);
  ::fcntl(master, F_SETFL, O_NONBLOCK);
  return {UniqueFd{slave}, UniqueFd{master}};
}

std::vector<char*> to_pointers(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (auto& string : strings) pointers.push_back(string.data());
  pointers.push_back(nullptr);
  return pointers;
}

void attach(int target, int fd) {
  if (fd == Launch::kClosed)
    ::close(target);
  else
    ::dup2(fd, target);
}

struct Standard {
  int in, out, err;
};

// In the new process.
[[noreturn]] void become_pm(const Launch& launch, Standard standard, char* const* argv, char* const* env) {
  if (launch.terminal) {
    ::setsid();
    ::ioctl(standard.in, TIOCSCTTY, 0);
  }
  attach(0, standard.in);
  attach(1, standard.out);
  attach(2, standard.err);
  const rlimit no_cores{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_cores);
  if (::chdir(launch.cwd.c_str()) == -1) ::_exit(125);
  if (launch.before_exec) launch.before_exec();
  ::execve(argv[0], argv, env);
  ::_exit(125);
}

int shell_status(int status) { return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status); }

std::string tail(std::string_view text) {
  constexpr std::size_t kShown = 4000;
  return std::string{text.substr(text.size() - std::min(text.size(), kShown))};
}

// What can be read of it: a process below /proc may end meanwhile.
std::string slurp(const std::string& path) {
  const UniqueFd file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  std::string text;
  std::array<char, 64 << 10> chunk;
  for (ssize_t size; (size = ::read(file.get(), chunk.data(), chunk.size())) > 0;)
    text.append(chunk.data(), static_cast<std::size_t>(size));
  return text;
}

struct Stat {
  char state = 'Z';
  pid_t parent = 0;
};

Stat stat_of(pid_t pid) {
  const auto text = slurp("/proc/" + std::to_string(pid) + "/stat");
  const auto name_end = text.rfind(')');
  if (name_end == text.npos) return {};
  return {text[name_end + 2], static_cast<pid_t>(std::atoi(text.c_str() + name_end + 4))};
}

}  // namespace

PmProcess::PmProcess(const Launch& launch) : pace_{launch.pace} {
  auto in = make_ends(launch.in), out = launch.terminal ? make_terminal() : make_ends(launch.out);
  auto err = make_ends(launch.err);
  const auto chosen = [](const Ends& ends, int choice) { return ends.pm ? ends.pm.get() : choice; };
  const Standard standard{launch.terminal ? out.pm.get() : chosen(in, launch.in), chosen(out, launch.out),
                          chosen(err, launch.err)};
  auto args = launch.args, environment = launch.environment;
  args.insert(args.begin(), pm_binary());
  args.insert(args.begin(), launch.under.begin(), launch.under.end());
  const auto argv = to_pointers(args), env = to_pointers(environment);
  pid_ = ::fork();
  if (pid_ == 0) become_pm(launch, standard, argv.data(), env.data());
  pidfd_ = open_pidfd(pid_);
  out_.fd = std::move(out.test);
  err_.fd = std::move(err.test);
}

PmProcess::~PmProcess() {
  if (ended_) return;
  stop_reading();
  for (const int signal : {SIGTERM, SIGINT}) ::kill(pid_, signal);  // the second one leaves no time
  pollfd end{pidfd_.get(), POLLIN, 0};
  if (::poll(&end, 1, static_cast<int>(std::chrono::milliseconds{kPatience}.count())) != 1)
    ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void PmProcess::Stream::read() {
  static std::array<char, 64 << 10> chunk;
  const auto size = ::read(fd.get(), chunk.data(), chunk.size());
  if (size > 0)
    text.append(chunk.data(), static_cast<std::size_t>(size));
  else if (size == 0 || (errno != EAGAIN && errno != EINTR))  // EIO: nobody has the terminal any more
    fd = UniqueFd{};
}

void PmProcess::note_end() {
  int status = 0;
  if (::waitpid(pid_, &status, WNOHANG) != pid_) return;
  ended_ = true;
  status_ = shell_status(status);
}

// Takes what is there, or waits for something to come; false at the deadline.
bool PmProcess::pump(Clock::time_point deadline) {
  if (pace_ > 0ms && !ended_) wait_readable(pidfd_.get(), Clock::now() + pace_);
  pollfd watched[] = {{.fd = out_.fd.get(), .events = POLLIN, .revents = 0},
                      {.fd = err_.fd.get(), .events = POLLIN, .revents = 0},
                      {.fd = ended_ ? -1 : pidfd_.get(), .events = POLLIN, .revents = 0}};
  if (::poll(watched, std::size(watched), milliseconds_until(deadline)) == 0) return false;
  if (watched[0].revents) out_.read();
  if (watched[1].revents) err_.read();
  if (watched[2].revents) note_end();
  return true;
}

void PmProcess::give_up(std::string_view what) {
  ADD_FAILURE() << "waited in vain for " << what << (ended_ ? "; pm has ended" : "; pm runs")
                << "\n--- stdout\n"
                << tail(out()) << "\n--- stderr\n"
                << tail(err());
}

bool PmProcess::await(Stream& stream, std::string_view text, int times) {
  const auto deadline = Clock::now() + kPatience;
  std::size_t from = 0;
  while (times > 0) {
    if (const auto at = stream.text.find(text, from); at != stream.text.npos) {
      from = at + text.size();
      --times;
      continue;
    }
    if (stream.text.size() > text.size()) from = std::max(from, stream.text.size() - text.size());
    if (stream.fd && pump(deadline)) continue;
    give_up(text);
    return false;
  }
  return true;
}

int PmProcess::await_exit(Clock::duration patience) {
  const auto deadline = Clock::now() + patience;
  while (!over()) {
    if (pump(deadline)) continue;
    give_up("the end of pm");
    return -1;
  }
  return status_;
}

bool PmProcess::runs_on_for(Clock::duration time) {
  const auto deadline = Clock::now() + time;
  while (!ended_ && pump(deadline)) continue;
  return !ended_;
}

Chain chain_of(pid_t keeper) {
  const auto child = [](pid_t parent) {
    const auto children = parent > 0 ? os::children_of(core::Pid{parent}) : std::vector<core::Pid>{};
    return children.empty() ? pid_t{0} : static_cast<pid_t>(children.front());
  };
  const auto inner = child(keeper);
  return {keeper, inner, child(inner)};
}

std::vector<pid_t> all_pids() {
  std::vector<pid_t> pids;
  for (const auto& entry : fs::directory_iterator{"/proc"})
    if (const int pid = std::atoi(entry.path().filename().c_str()); pid > 0) pids.push_back(pid);
  return pids;
}

// A process in the midst of its exec has neither arguments nor environment yet, but its executable already,
// which a kernel thread has not: what it will be known by comes within moments (fs/exec.c, begin_new_exec to
// the loader).
std::string environment_of(pid_t pid) {
  const auto directory = "/proc/" + std::to_string(pid) + "/";
  std::error_code ec;
  for (const auto deadline = Clock::now() + kPatience; Clock::now() < deadline;) {
    const bool complete = !slurp(directory + "cmdline").empty();
    auto environment = slurp(directory + "environ");
    if (complete || !environment.empty()) return environment;
    if (fs::read_symlink(directory + "exe", ec).empty()) return "";
  }
  return "";
}

EndToEnd::EndToEnd() {
  ::prctl(PR_SET_CHILD_SUBREAPER, 1L);
  std::string name = fs::temp_directory_path() / "pm-e2e-XXXXXX";
  directory_ = ::mkdtemp(name.data());
  ::chmod(directory_.c_str(), 0755);
  marker_ = "PM_E2E_MARKER=" + directory_;
}

EndToEnd::~EndToEnd() {
  std::error_code ignored;
  fs::remove_all(directory_, ignored);
}

void EndToEnd::TearDown() {
  const auto left = left_over();
  for (const auto& process : left) ADD_FAILURE() << "left running: " << process;
  while (!left_over_pids().empty()) {
    for (const auto pid : left_over_pids()) ::kill(pid, SIGKILL);
    if (!await_nothing_left()) break;
  }
}

void EndToEnd::write(std::string_view name, std::string_view content) const {
  fs::create_directories(fs::path{path(name)}.parent_path());
  std::ofstream{path(name), std::ios::binary} << content;
}

std::string EndToEnd::read(std::string_view name) const { return slurp(path(name)); }

bool EndToEnd::exists(std::string_view name) const { return fs::exists(path(name)); }

bool EndToEnd::await_file(std::string_view name) const {
  const UniqueFd events{::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)};
  const auto watched = fs::path{path(name)}.parent_path();
  ::inotify_add_watch(events.get(), watched.c_str(), IN_CREATE | IN_MOVED_TO);
  const auto deadline = Clock::now() + kPatience;
  std::array<char, 4096> ignored;
  while (!exists(name)) {
    if (!wait_readable(events.get(), deadline)) {
      ADD_FAILURE() << "waited in vain for the file " << name;
      return false;
    }
    while (::read(events.get(), ignored.data(), ignored.size()) > 0) continue;
  }
  return true;
}

PmProcess EndToEnd::start(Launch launch) const { return PmProcess{prepared(std::move(launch))}; }

std::unique_ptr<PmProcess> EndToEnd::start_client(Launch launch) const {
  return std::make_unique<PmProcess>(prepared(std::move(launch)));
}

Launch EndToEnd::prepared(Launch launch) const {
  const std::string system_path = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin";
  auto& environment = launch.environment;
  environment.push_back(marker_);
  environment.push_back("PATH=" PM_E2E_CHILDREN ":" + system_path);
  environment.push_back("HOME=" + directory_);
  for (const auto* name : {"ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS"})
    if (const char* value = std::getenv(name)) environment.push_back(std::string{name} + "=" + value);
  if (launch.cwd.empty()) launch.cwd = directory_;
  return launch;
}

std::vector<pid_t> EndToEnd::left_over_pids() const {
  while (::waitpid(-1, nullptr, WNOHANG) > 0) continue;
  std::vector<pid_t> pids;
  for (const auto pid : all_pids()) {
    const auto stat = stat_of(pid);
    if (pid == ::getpid() || stat.state == 'Z' || stat.state == 'X') continue;
    if (stat.parent == ::getpid() || environment_of(pid).find(marker_) != std::string::npos)
      pids.push_back(pid);
  }
  return pids;
}

std::vector<std::string> EndToEnd::left_over() const {
  std::vector<std::string> names;
  for (const auto pid : left_over_pids())
    names.push_back(std::to_string(pid) + " " + slurp("/proc/" + std::to_string(pid) + "/comm"));
  return names;
}

bool EndToEnd::await_nothing_left() const {
  const auto deadline = Clock::now() + kPatience;
  for (auto pids = left_over_pids(); !pids.empty(); pids = left_over_pids()) {
    const auto pidfd = open_pidfd(pids.front());
    if (pidfd && !wait_readable(pidfd.get(), deadline)) return false;
  }
  return true;
}

Gate::Gate(const std::string& path) {
  ::mkfifo(path.c_str(), 0666);
  ::chmod(path.c_str(), 0666);
  fd_ = UniqueFd{::open(path.c_str(), O_RDWR | O_CLOEXEC)};
}

void Gate::open(int times) const {
  const std::string go(static_cast<std::size_t>(times), '\n');
  EXPECT_EQ(::write(fd_.get(), go.data(), go.size()), times);
}

std::vector<std::string_view> split_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::string lines_of(std::string_view output, std::string_view name) {
  std::string text;
  for (auto line : split_lines(output)) {
    if (!line.starts_with(name)) continue;
    line.remove_prefix(name.size());
    const auto blanks = std::min(line.find_first_not_of(' '), line.size());
    if (blanks == 0 || !line.substr(blanks).starts_with("| ")) continue;
    text.append(line.substr(blanks + 2)).push_back('\n');
  }
  return text;
}

int count(std::string_view text, std::string_view part) {
  int times = 0;
  for (auto at = text.find(part); at != text.npos; at = text.find(part, at + part.size())) ++times;
  return times;
}

}  // namespace pm::e2e
