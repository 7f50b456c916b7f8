#include "pm/core/error.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace pm::core {
namespace {

Error at(int line, int column) {
  auto error = bad_input("this line is no process");
  error.where = {"Procfile", line, column};
  return error;
}

TEST(Render, ShowsThePlaceTheLineAndTheHint) {
  auto error = at(3, 1);
  error.source = "web bundle exec puma";
  error.pointer = "expected ':' after the name";
  error.caret = 4;
  error.hint = "write 'web: bundle exec puma'";
  EXPECT_EQ(render(error),
            "pm: error: Procfile:3:1: this line is no process\n"
            "      3 | web bundle exec puma\n"
            "        |    ^ expected ':' after the name\n"
            "  hint: write 'web: bundle exec puma'\n");
}

TEST(Render, PointsAtThePlaceItselfWithoutACaret) {
  auto error = at(12, 3);
  error.source = "abcdef";
  error.pointer = "here";
  EXPECT_EQ(render(error),
            "pm: error: Procfile:12:3: this line is no process\n"
            "     12 | abcdef\n"
            "        |   ^ here\n");
}

TEST(Render, LeavesOutWhatIsUnknown) {
  EXPECT_EQ(render(bad_input("no luck")), "pm: error: no luck\n");
  EXPECT_EQ(render(at(0, 0)), "pm: error: Procfile: this line is no process\n");
  EXPECT_EQ(render(at(7, 0)), "pm: error: Procfile:7: this line is no process\n");
}

TEST(Render, TakesASeverity) { EXPECT_EQ(render(bad_input("no luck"), "warning"), "pm: warning: no luck\n"); }

TEST(Render, GivesEachLineOfAHintItsOwn) {
  EXPECT_EQ(render(bad_input("no luck", "try this\nor that")),
            "pm: error: no luck\n  hint: try this\n  hint: or that\n");
}

TEST(Render, DisarmsWhatATerminalWouldInterpret) {
  auto error = bad_input("'\x1b[31m' is no name", "not \x9b or \r");
  error.where = {"Proc\nfile", 1, 2};
  error.source = "\x1b]0;title\x07 \t \xff \xc2\x9b";
  EXPECT_EQ(render(error),
            "pm: error: Proc file:1:2: ' [31m' is no name\n"
            "      1 |  ]0;title    ? ??\n"
            "  hint: not ? or  \n");
}

TEST(Render, CountsCharactersNotBytesForTheCaret) {
  auto error = at(1, 6);
  error.source = "äöx: y";
  error.pointer = "here";
  EXPECT_EQ(render(error),
            "pm: error: Procfile:1:6: this line is no process\n"
            "      1 | äöx: y\n"
            "        |    ^ here\n");
}

TEST(Render, CutsALongLineAroundTheFault) {
  auto error = at(1, 500'001);
  error.source = std::string(500'000, 'a') + "!" + std::string(500'000, 'b');
  error.pointer = "here";
  EXPECT_EQ(render(error), "pm: error: Procfile:1:500001: this line is no process\n      1 | " +
                               std::string(50, 'a') + "!" + std::string(49, 'b') + "\n        | " +
                               std::string(50, ' ') + "^ here\n");
}

TEST(Render, CutsBetweenCharacters) {
  auto error = at(1, 1);
  for (int i = 0; i < 99; ++i) error.source += "a";
  error.source += "€uro";
  EXPECT_EQ(render(error),
            "pm: error: Procfile:1:1: this line is no process\n      1 | " + std::string(99, 'a') + "\n");
}

TEST(Render, SurvivesAColumnBehindTheLine) {
  auto error = at(1, 4000);
  error.source = "short";
  error.pointer = "here";
  EXPECT_NE(render(error).find("^ here"), std::string::npos);
}

TEST(Error, GathersContextOnItsWayUp) {
  EXPECT_EQ(bad_input("no luck").in("reading the Procfile").what, "reading the Procfile: no luck");
}

TEST(ExitStatus, FollowsTheKind) {
  EXPECT_EQ(exit_status(Error::Kind::bad_input), 2);
  EXPECT_EQ(exit_status(Error::Kind::no_supervisor), 3);
  for (const auto kind : {Error::Kind::not_found, Error::Kind::conflict, Error::Kind::failed})
    EXPECT_EQ(exit_status(kind), 1);
}

TEST(Error, SaysOnItsWayUpWhatItWasAbout) {
  EXPECT_EQ(bad_input("no luck").in("the port"), bad_input("the port: no luck"));
  EXPECT_FALSE(at(1, 2) == at(2, 1));
}

TEST(Error, IsThrownByAResultThatIsTakenForAValue) {
  const Result<int> result = bad_input("no luck");
  try {
    (void)result.value();
    FAIL();
  } catch (const std::runtime_error& thrown) { EXPECT_STREQ(thrown.what(), "pm: error: no luck\n"); }
}

}  // namespace
}  // namespace pm::core
