#pragma once

#include <string>
#include <string_view>

namespace pm::panes {

/// The merged log as a terminal is to be given it: rows of text in colour. Whatever else the programs say to
/// a terminal (ECMA-48: cursor movement, modes, titles) is left out, for it means their own screens. Pure.
///
/// It is no term::Parser, for what that begins goes on over newlines until it ends: here each line may be of
/// another program, and a title that one of them never ended would swallow the lines of all.
class LogText {
 public:
  std::string push(std::string_view bytes);

 private:
  enum class Within { text, escape, control, string, string_escape };
  void take(char c, std::string& out);
  void take_text(char c, std::string& out);
  void take_escape(char c);
  void take_control(char c, std::string& out);

  /// Longer ones are no colours.
  static constexpr std::size_t kMostParameters = 64;

  Within within_ = Within::text;
  std::string parameters_;  // of a control sequence
};

}  // namespace pm::panes
