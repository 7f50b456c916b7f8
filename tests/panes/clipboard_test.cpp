#include "clipboard.h"

#include <gtest/gtest.h>

namespace pm::panes {
namespace {

TEST(Clipboard, IsBase64) {
  EXPECT_EQ(clipboard_sequence(""), "\x1b]52;c;\a");
  EXPECT_EQ(clipboard_sequence("f"), "\x1b]52;c;Zg==\a");
  EXPECT_EQ(clipboard_sequence("fo"), "\x1b]52;c;Zm8=\a");
  EXPECT_EQ(clipboard_sequence("foo\xff\n"), "\x1b]52;c;Zm9v/wo=\a");
}

TEST(Clipboard, TakesNoMoreThanTerminalsDo) {
  EXPECT_LT(clipboard_sequence(std::string(2 << 20, 'x')).size(), std::size_t{1} << 20);
  EXPECT_EQ(copyable("short"), "short");
}

TEST(Clipboard, TearsNoCharacter) {
  std::string text;
  while (text.size() < 1 << 20) text += "€";
  EXPECT_EQ(copyable(text).size() % 3, 0U);
  EXPECT_LT(copyable(text).size(), text.size());
}

}  // namespace
}  // namespace pm::panes
