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
  EXPECT_LT(clipboard_sequence(std::string(1 << 20, 'x')).size(), 100'000U);
}

}  // namespace
}  // namespace pm::panes
