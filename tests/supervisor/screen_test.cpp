#include "screen.h"

#include <gmock/gmock.h>

namespace pm::supervisor {
namespace {

using os::TerminalSize;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

struct FakeProgram : Program {
  bool type(std::string_view bytes) override {
    typed += bytes;
    return !full;
  }
  bool has_room() const override { return !full; }
  void resize(TerminalSize size) override { sizes.push_back(size); }

  std::string typed;
  bool full = false;
  std::vector<TerminalSize> sizes;
};

/// A viewer whose terminal does as it is told.
struct FakeViewer : Viewer {
  void on_output(std::string_view bytes) override { output += bytes; }
  void on_refresh() override { ++refreshes; }
  void on_size(TerminalSize size) override { sizes.push_back(size); }
  void on_input_room() override { ++rooms; }
  void on_end(std::string_view why) override {
    reason = why;
    last = attachment ? attachment->replay(0) : "";
  }
  void attach(Screen& screen, AttachOptions options = {}) { attachment = screen.attach(*this, options); }

  std::string output, reason, last;
  int refreshes = 0, rooms = 0;
  std::vector<TerminalSize> sizes;
  std::unique_ptr<Attachment> attachment;
};

constexpr TerminalSize kOwn{80, 24}, kLarge{100, 30}, kSmall{60, 20};

class ScreenOfWeb : public testing::Test {
 protected:
  ScreenOfWeb() {
    screen.give_terminal(kOwn);
    screen.begin(program);
  }
  std::string shown() {
    FakeViewer viewer;
    viewer.attach(screen, {.watch = true});
    return viewer.attachment->replay(0);
  }

  FakeProgram program;
  Screen screen{"web.1"};
};

TEST_F(ScreenOfWeb, ShowsWhatWasWritten) {
  screen.output("hello");
  EXPECT_THAT(shown(), HasSubstr("hello"));
}

TEST_F(ScreenOfWeb, AnswersAProgramThatReads) {
  screen.output("\x1b[6n");
  EXPECT_EQ(program.typed, "\x1b[1;1R");
  program.full = true;
  screen.output("\x1b[6n");
  EXPECT_EQ(program.typed, "\x1b[1;1R");
}

TEST_F(ScreenOfWeb, ViewersGetWholeSequencesAndNoQuestions) {
  FakeViewer early, late;
  screen.output("\x1b[3");
  early.attach(screen);
  screen.output("1mred\xE2\x82");
  EXPECT_EQ(early.output, "\x1b[31mred");
  late.attach(screen);
  screen.output("\xAC\x1b[6n!");
  EXPECT_EQ(early.output, "\x1b[31mred\xE2\x82\xAC!");
  EXPECT_EQ(late.output, "\xE2\x82\xAC!");
}

TEST_F(ScreenOfWeb, TheLastWhoCameResizedOrTypedDecidesAboutTheSize) {
  FakeViewer first, second, watcher;
  first.attach(screen, {.size = kLarge});
  EXPECT_THAT(program.sizes, ElementsAre(kLarge));
  EXPECT_THAT(first.sizes, IsEmpty()) << "it knows";
  second.attach(screen, {.size = kSmall});
  EXPECT_THAT(first.sizes, ElementsAre(kSmall));
  EXPECT_EQ(first.refreshes, 0) << "whether it needs another screen is its own affair";
  watcher.attach(screen, {.size = TerminalSize{10, 10}, .watch = true});
  first.attachment->write("x");
  EXPECT_EQ(screen.size(), kLarge);
  second.attachment->resize({61, 21});
  EXPECT_EQ(screen.size(), (TerminalSize{61, 21}));
  watcher.attachment->resize({11, 11});
  EXPECT_EQ(screen.size(), (TerminalSize{61, 21}));
  second.attachment.reset();
  EXPECT_EQ(screen.size(), kLarge);
  screen.set_own_size({90, 25});
  EXPECT_EQ(screen.size(), kLarge);
  first.attachment.reset();
  EXPECT_EQ(screen.size(), (TerminalSize{90, 25}));
  EXPECT_THAT(watcher.sizes, Not(IsEmpty()));
  EXPECT_EQ(program.sizes.back(), (TerminalSize{90, 25}));
}

TEST_F(ScreenOfWeb, AWatcherTypesNothing) {
  FakeViewer watcher;
  watcher.attach(screen, {.watch = true});
  EXPECT_TRUE(watcher.attachment->write("x"));
  EXPECT_EQ(program.typed, "");
}

TEST_F(ScreenOfWeb, TellsWhenAProgramDoesNotReadAndWhenItDoesAgain) {
  FakeViewer viewer;
  viewer.attach(screen);
  program.full = true;
  EXPECT_FALSE(viewer.attachment->write("x"));
  screen.on_room();
  EXPECT_EQ(viewer.rooms, 1);
  screen.end();
  EXPECT_EQ(viewer.rooms, 2) << "nobody has to wait for one that is gone";
  EXPECT_TRUE(viewer.attachment->write("y"));
  EXPECT_EQ(program.typed, "x");
}

TEST_F(ScreenOfWeb, TheNextLifeBeginsBelowABoundary) {
  FakeViewer viewer;
  viewer.attach(screen);
  screen.output("\x1b[?1049h\x1b[?1000hfull screen");
  screen.mark("still stopping");
  screen.end();
  EXPECT_EQ(viewer.refreshes, 1);
  EXPECT_THAT(shown(), Not(HasSubstr("\x1b[?1000h")));
  viewer.output.clear();
  screen.mark("exited with code 1,\nrestarting");
  EXPECT_EQ(viewer.output, "\x1b[2m── exited with code 1, restarting ──\x1b[m\r\n");
  FakeProgram next;
  screen.begin(next);
  screen.mark("started");
  screen.output("second life");
  screen.mark("out of place");
  EXPECT_THAT(shown(), HasSubstr("started ──"));
  EXPECT_THAT(shown(), HasSubstr("second life"));
  EXPECT_THAT(shown(), Not(HasSubstr("out of place")));
  EXPECT_THAT(shown(), Not(HasSubstr("still stopping")));
}

TEST_F(ScreenOfWeb, WhatALifeLeftUnfinishedDoesNotReachTheNext) {
  FakeViewer viewer;
  viewer.attach(screen);
  screen.output("\x1b]2;a title that never en");
  screen.end();
  FakeProgram next;
  screen.begin(next);
  screen.output("hello");
  EXPECT_THAT(viewer.output, HasSubstr("hello"));
  EXPECT_THAT(shown(), HasSubstr("hello"));
}

TEST_F(ScreenOfWeb, HintsOnceBetweenTwoLives) {
  screen.hint("not now");
  screen.end();
  screen.hint("start it");
  screen.hint("start it");
  const auto text = shown();
  EXPECT_NE(text.find("start it"), text.npos);
  EXPECT_EQ(text.find("start it"), text.rfind("start it"));
  EXPECT_EQ(text.find("not now"), text.npos);
}

TEST_F(ScreenOfWeb, TellsTheEndWithTheLastScreen) {
  FakeViewer viewer;
  viewer.attach(screen, {.size = kSmall});
  screen.output("the last words");
  screen.leave_formation();
  EXPECT_EQ(viewer.reason, "web.1 has left the formation");
  EXPECT_THAT(viewer.last, HasSubstr("the last words"));
  EXPECT_TRUE(viewer.attachment->write("x"));
  viewer.attachment->resize(kLarge);
  EXPECT_FALSE(viewer.attachment->terminal());
  screen.output("from one that escaped");
  EXPECT_EQ(program.typed, "");
}

TEST_F(ScreenOfWeb, AnAttachmentMayOutliveIt) {
  FakeViewer viewer;
  {
    Screen other{"web.2"};
    other.give_terminal(kOwn);
    viewer.attach(other);
  }
  EXPECT_EQ(viewer.reason, "web.2 is gone");
  viewer.attachment.reset();
}

TEST(ScreenWithoutATerminal, TellsOnlyTheEnd) {
  Screen screen{"web.1"};
  FakeViewer viewer;
  viewer.attach(screen, {.size = kSmall});
  EXPECT_FALSE(viewer.attachment->terminal());
  screen.mark("started");
  EXPECT_TRUE(viewer.attachment->write("x"));
  screen.leave_formation();
  EXPECT_EQ(viewer.reason, "web.1 has left the formation");
  EXPECT_EQ(viewer.output, "");
}

TEST(ScreenWithoutATerminal, WhoLookedAtOneIsToldThatItIsGone) {
  Screen screen{"web.1"};
  screen.give_terminal(kOwn);
  FakeViewer viewer;
  viewer.attach(screen);
  screen.take_terminal();
  EXPECT_EQ(viewer.reason, "web.1 has no terminal any more");
}

}  // namespace
}  // namespace pm::supervisor
