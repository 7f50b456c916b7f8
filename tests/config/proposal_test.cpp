#include "pm/config/proposal.h"

#include <gmock/gmock.h>

#include <set>

namespace pm::config::proposal_test {

using testing::HasSubstr;

std::string proposal_for(const std::set<std::string_view>& files, std::string_view folder = "") {
  return proposal(folder, [&](std::string_view name) { return files.contains(name); });
}

TEST(Proposal, ShowsWhatAProcfileLooksLike) {
  EXPECT_EQ(proposal_for({}),
            "write one, a line for each process:\n  web: python3 -m http.server $PORT\n"
            "  worker: python3 worker.py\nor name another with --procfile");
}

TEST(Proposal, FitsTheApplication) {
  EXPECT_EQ(
      proposal_for({"package.json", "README.md"}),
      "write one, a line for each process; for what 'package.json' belongs to perhaps:\n  web: npm start\n"
      "or name another with --procfile");
}

TEST(Proposal, PrefersWhatServesToWhatBuildsTheAssets) {
  EXPECT_THAT(proposal_for({"package.json", "config.ru"}), HasSubstr("rackup"));
  EXPECT_THAT(proposal_for({"index.html", "manage.py"}), HasSubstr("manage.py runserver"));
}

TEST(Proposal, PointsAtAProcfileOfAnotherName) {
  EXPECT_EQ(proposal_for({"Procfile.dev", "package.json"}),
            "there is 'Procfile.dev': name it with -f Procfile.dev");
  EXPECT_EQ(proposal_for({"Procfile.dev"}, "app/"),
            "there is 'app/Procfile.dev': name it with -f app/Procfile.dev");
}

}  // namespace pm::config::proposal_test
