#include "pm/config/formation.h"

#include <gtest/gtest.h>

#include "faults.h"

namespace pm::config::formation_test {

using Faults = std::vector<std::string>;

const std::vector<std::string> kTypes = {"web", "worker", "release"};

struct FormationCase {
  const char* name;
  FormationSources sources;
  int web, worker, release;
};
class ParseFormation : public testing::TestWithParam<FormationCase> {};
TEST_P(ParseFormation, CountsByPrecedence) {
  const auto& [name, sources, web, worker, release] = GetParam();
  const auto formation = parse_formation(kTypes, sources);
  ASSERT_TRUE(formation) << told(formation);
  EXPECT_EQ(*formation, (Formation{{"web", web}, {"worker", worker}, {"release", release}}));
}
const auto named = [](const auto& test) { return std::string{test.param.name}; };
INSTANTIATE_TEST_SUITE_P(
    Counts, ParseFormation,
    testing::Values(
        FormationCase{"Default", {}, 1, 1, 0}, FormationCase{"Flag", {.flag = "web=2,worker=3"}, 2, 3, 0},
        FormationCase{"BlanksAndCommas", {.flag = " web=2 ,\tworker=3, "}, 2, 3, 0},
        FormationCase{"NotNamedKeepsItsDefault", {.flag = "worker=0"}, 1, 0, 0},
        FormationCase{"All", {.flag = "all=2"}, 2, 2, 2},
        FormationCase{"AllLeavesTheNamed", {.flag = "web=3,all=2"}, 3, 2, 2},
        FormationCase{"AllOfNone", {.flag = "all=0"}, 0, 0, 0},
        FormationCase{"TheMost", {.flag = "web=1000"}, 1000, 1, 0},
        FormationCase{"LaterWins", {.flag = "web=2,web=4"}, 4, 1, 0},
        FormationCase{"Arguments", {.arguments = {"web=2", "worker=3,release=1"}}, 2, 3, 1},
        FormationCase{"ArgumentsBeatTheFlag", {.arguments = {"web=2"}, .flag = "web=5,worker=5"}, 2, 5, 0},
        FormationCase{
            "ANameInTheFlagBeatsAllInTheArguments", {.arguments = {"all=2"}, .flag = "web=5"}, 5, 2, 2},
        FormationCase{"Variable", {.variable = "web=4"}, 4, 1, 0},
        FormationCase{"FlagBeatsTheVariable", {.flag = "web=2", .variable = "web=4,worker=4"}, 2, 4, 0},
        FormationCase{"AllInTheFlagBeatsTheVariable", {.flag = "all=2", .variable = "web=4"}, 2, 2, 2},
        FormationCase{"Options", {.options = {{"web", 6}, {"release", 1}}}, 6, 1, 1},
        FormationCase{"VariableBeatsTheOptions",
                      {.variable = "web=4", .options = {{"web", 6}, {"worker", 7}}},
                      4,
                      7,
                      0}),
    named);
INSTANTIATE_TEST_SUITE_P(
    BareNames, ParseFormation,
    testing::Values(
        FormationCase{"RunAlone", {.arguments = {"web"}}, 1, 0, 0},
        FormationCase{"Several", {.arguments = {"web,worker"}}, 1, 1, 0},
        FormationCase{"Release", {.arguments = {"release"}}, 0, 0, 1},
        FormationCase{"TakeTheCountOfTheFlag", {.arguments = {"web"}, .flag = "web=3,worker=2"}, 3, 0, 0},
        FormationCase{"TakeTheCountOfTheVariable", {.arguments = {"web"}, .variable = "web=3"}, 3, 0, 0},
        FormationCase{"TakeTheCountOfTheOptions",
                      {.arguments = {"web"}, .options = {{"web", 3}, {"worker", 2}}},
                      3,
                      0,
                      0},
        FormationCase{"TogetherWithCounts", {.arguments = {"web", "worker=2"}}, 1, 2, 0},
        FormationCase{"AndTheirCounts", {.arguments = {"web", "web=2"}}, 2, 0, 0},
        FormationCase{"AllIsEveryTypeAsUsual", {.arguments = {"all"}}, 1, 1, 0},
        FormationCase{"AllAndRelease", {.arguments = {"all", "release"}}, 1, 1, 1}),
    named);
INSTANTIATE_TEST_SUITE_P(
    Except, ParseFormation,
    testing::Values(
        FormationCase{"LeavesOut", {.except = {"web"}}, 0, 1, 0},
        FormationCase{"TakesLists", {.except = {"web,worker"}}, 0, 0, 0},
        FormationCase{"BeatsCounts", {.flag = "web=3,all=2", .except = {"web", "release"}}, 0, 2, 0},
        FormationCase{"BeatsNames", {.arguments = {"web", "worker"}, .except = {"web"}}, 0, 1, 0}),
    named);

struct FaultyCase {
  const char* name;
  FormationSources sources;
  Faults faults;
};
class FaultyFormation : public testing::TestWithParam<FaultyCase> {};
TEST_P(FaultyFormation, TellsEveryFault) {
  EXPECT_EQ(faults(parse_formation(kTypes, GetParam().sources)), GetParam().faults);
}
INSTANTIATE_TEST_SUITE_P(
    Sources, FaultyFormation,
    testing::Values(
        FaultyCase{"UnknownName", {.arguments = {"wrker"}}, {"no process is called 'wrker'"}},
        FaultyCase{"UnknownNameWithACount", {.flag = "wbe=2"}, {"--formation: no process is called 'wbe'"}},
        FaultyCase{
            "NoNumber", {.variable = "web=two"}, {"PM_FORMATION: 'two' is no number of instances for 'web'"}},
        FaultyCase{"NoCount", {.flag = "web="}, {"--formation: '' is no number of instances for 'web'"}},
        FaultyCase{"Half", {.flag = "web=1.5"}, {"--formation: '1.5' is no number of instances for 'web'"}},
        FaultyCase{"Plus", {.flag = "web=+1"}, {"--formation: '+1' is no number of instances for 'web'"}},
        FaultyCase{"Negative", {.arguments = {"web=-1"}}, {"-1 instances of 'web' are less than none"}},
        FaultyCase{"TooMany", {.arguments = {"web=1001"}}, {"1001 instances of 'web' are too many"}},
        FaultyCase{"FarTooMany",
                   {.arguments = {"web=99999999999999999999"}},
                   {"99999999999999999999 instances of 'web' are too many"}},
        FaultyCase{"NoNameBeforeTheCount", {.flag = "=2"}, {"--formation: '=2' names no process"}},
        FaultyCase{"BareNameInTheFlag", {.flag = "web"}, {"--formation: 'web' has no count"}},
        FaultyCase{"UnknownException", {.except = {"wob"}}, {"--except: no process is called 'wob'"}},
        FaultyCase{
            "AllOfTooMany", {.flag = "all=5000"}, {"--formation: 5000 instances of 'all' are too many"}},
        FaultyCase{"AllAtOnce",
                   {.arguments = {"x", "web=y"}, .flag = "web=-2", .variable = "q=1"},
                   {"PM_FORMATION: no process is called 'q'",
                    "--formation: -2 instances of 'web' are less than none", "no process is called 'x'",
                    "'y' is no number of instances for 'web'"}}),
    named);

TEST(FaultyFormation, IsBadInputAndNamesTheNearest) {
  const auto formation = parse_formation(kTypes, {.arguments = {"wrker=2"}});
  EXPECT_EQ(told(formation),
            "pm: error: no process is called 'wrker'\n"
            "  hint: did you mean 'worker'? there are: web, worker, release\n");
  EXPECT_EQ(formation.error()[0].kind, core::Error::Kind::bad_input);
  EXPECT_EQ(told(parse_formation(kTypes, {.flag = "web=x"})),
            "pm: error: --formation: 'x' is no number of instances for 'web'\n"
            "  hint: write a whole number from 0 to 1000, such as 'web=2'\n");
}

TEST(FaultyFormation, ChecksNoNamesWhileTheTypesAreUnknown) {
  EXPECT_EQ(faults(parse_formation({}, {.arguments = {"web", "x=-1"}})),
            Faults{"-1 instances of 'x' are less than none"});
}

}  // namespace pm::config::formation_test
