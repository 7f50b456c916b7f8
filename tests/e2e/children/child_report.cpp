// child_report: what this process was given, as "key=value" lines.
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <set>
#include <string>

namespace {

std::string open_descriptors() {
  std::set<int> open;
  DIR* directory = ::opendir("/proc/self/fd");
  while (const auto* entry = ::readdir(directory))
    if (entry->d_name[0] != '.') open.insert(std::atoi(entry->d_name));
  open.erase(::dirfd(directory));
  ::closedir(directory);
  std::string text;
  for (const int fd : open) text += (text.empty() ? "" : ",") + std::to_string(fd);
  return text;
}

std::string status_field(const std::string& name) {
  std::ifstream status{"/proc/self/status"};
  for (std::string line; std::getline(status, line);)
    if (line.rfind(name + ":\t", 0) == 0) return line.substr(name.size() + 2);
  return "?";
}

const char* input_state() {
  pollfd input{.fd = 0, .events = POLLIN, .revents = 0};
  if (::fcntl(0, F_GETFD) == -1) return "closed";
  return ::poll(&input, 1, 0) == 0 ? "silent" : "readable";
}

std::string working_directory() {
  char text[4096];
  return ::getcwd(text, sizeof text) ? text : "?";
}

}  // namespace

int main() {
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  const int terminal = ::open("/dev/tty", O_RDWR | O_CLOEXEC);
  if (terminal != -1) ::close(terminal);
  std::printf("descriptors=%s\n", open_descriptors().c_str());
  std::printf("blocked=%s\nignored=%s\n", status_field("SigBlk").c_str(), status_field("SigIgn").c_str());
  std::printf("session_leader=%d\ngroup_leader=%d\n", ::getsid(0) == ::getpid(), ::getpgrp() == ::getpid());
  std::printf("parent=%d\ncwd=%s\nstdin=%s\n", ::getppid(), working_directory().c_str(), input_state());
  std::printf("terminal=%d\nstdout_tty=%d\n", terminal != -1, ::isatty(1));
  std::printf("nofile=%lu\nend\n", static_cast<unsigned long>(files.rlim_cur));
}
