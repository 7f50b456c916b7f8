#include "pm/api/attach.h"

#include <gtest/gtest.h>

namespace pm::api {
namespace {

TEST(AttachNews, ComesBackAsItWasSaid) {
  const AttachNews all[] = {
      AttachBegin{"web.1", true, {80, 24}, "running"},
      AttachBegin{"caf\"e.12", false, {1, 500}, ""},
      AttachResized{{132, 43}},
      AttachEnd{"web.1 has left the formation"},
      AttachEnd{},
  };
  for (const auto& news : all) {
    const auto parsed = parse_attach_news(to_json(news));
    ASSERT_TRUE(parsed) << to_json(news) << ": " << parsed.error().what;
    EXPECT_TRUE(*parsed == news) << to_json(news);
  }
}

TEST(AttachNews, OfALaterVersionIsPassedOver) {
  const auto parsed = parse_attach_news(R"({"bell":true})");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(*parsed, std::nullopt);
}

TEST(AttachNews, ThatMakesNoSenseIsAnError) {
  for (const auto text : {"", "{", "[]", R"({"size":[80]})", R"({"size":[0,24]})", R"({"size":"80x24"})",
                          R"({"process":1,"terminal":true,"size":[80,24],"state":""})", R"({"end":1})"})
    EXPECT_FALSE(parse_attach_news(text)) << text;
}

TEST(Resize, ComesBackAsItWasSaid) {
  const auto parsed = parse_resize(resize_message({1000, 500}));
  ASSERT_TRUE(parsed);
  EXPECT_EQ(*parsed, (core::TerminalSize{1000, 500}));
}

TEST(Resize, TellsWhatIsWrongInFewWords) {
  const auto nested = std::string(4000, '[');
  for (const std::string& text :
       {std::string{}, std::string{"{"}, nested, std::string{"[]"}, std::string{"{}"},
        std::string{R"({"size":[1,1]})"}, std::string{R"({"resize":80})"}, std::string{R"({"resize":[80]})"},
        std::string{R"({"resize":[80,24,1]})"}, std::string{R"({"resize":[80,0]})"},
        std::string{R"({"resize":[80,-1]})"}, std::string{R"({"resize":[1001,24]})"},
        std::string{R"({"resize":[80,501]})"}, std::string{R"({"resize":[80,1.5]})"},
        std::string{R"({"resize":["80",24]})"}, std::string{R"({"resize":[80,24],"more":1})"},
        std::string{R"({"resize":[99999999999999999999,24]})"}}) {
    const auto parsed = parse_resize(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().kind, core::Error::Kind::bad_input) << text;
    EXPECT_LE(parsed.error().what.size() + 2 + parsed.error().hint.size(), 123u) << text;
  }
}

}  // namespace
}  // namespace pm::api
