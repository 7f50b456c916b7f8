// line_writer LINES [SIZE [END]]: writes "$PS NUMBER xxx…" lines of SIZE bytes, in bites that tear them.
// END: "unfinished" leaves out the last newline; a number is the signal that it dies of afterwards.
#include <csignal>
#include <cstdlib>
#include <string>

#include <unistd.h>

namespace {

void write_all(const std::string& text) {
  for (std::size_t done = 0; done < text.size();) {
    const auto size = ::write(1, text.data() + done, text.size() - done);
    if (size == -1) std::exit(1);
    done += static_cast<std::size_t>(size);
  }
}

std::string make_line(const std::string& name, long number, std::size_t size) {
  auto line = name + " " + std::to_string(number) + " ";
  if (line.size() + 1 < size) line.append(size - line.size() - 1, 'x');
  return line + "\n";
}

}  // namespace

int main(int argc, char** argv) {
  constexpr std::size_t kBite = 10'007;  // no multiple of a line, nor of a page
  const std::string name = std::getenv("PS");
  const long lines = argc > 1 ? std::atol(argv[1]) : 1;
  const std::size_t size = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 0;
  const std::string end = argc > 3 ? argv[3] : "";
  std::string pending;
  for (long number = 0; number < lines; ++number) {
    pending += make_line(name, number, size);
    if (number + 1 == lines && end == "unfinished") pending.pop_back();
    while (pending.size() >= kBite) {
      write_all(pending.substr(0, kBite));
      pending.erase(0, kBite);
    }
  }
  write_all(pending);
  if (const int signal = std::atoi(end.c_str()); signal > 0) std::raise(signal);
}
