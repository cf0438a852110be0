#include "cli/options.h"

#include "tests/testing.h"

namespace klamm::cli {
namespace {

constexpr OptionSpec kTable[] = {
    {.name = "topic", .takes = Takes::kArgument, .argument = "topic", .help = "The topic."},
    {.name = "topic-id", .takes = Takes::kArgument},
    {.name = "list", .help = "List them."},
    {.name = "state", .takes = Takes::kMaybeArgument, .only_with = "list"},
    {.name = "config", .takes = Takes::kArgument, .is_repeated = true},
    {.name = "delete", .takes = Takes::kArgument, .is_repeated = true, .separator = ','},
    {.name = "partitions",
     .takes = Takes::kArgument,
     .argument = "# of partitions",
     .help = "How many.",
     .default_value = "3",
     .type = ArgumentType::kInteger},
    {.name = "bootstrap-server", .takes = Takes::kArgument, .letter = 'b'},
    kHelpOption,
};

Attempt<Options> parse(std::vector<std::string_view> words) { return parse_options(kTable, words); }

std::string wrong(std::vector<std::string_view> words) {
  auto options = parse(std::move(words));
  return options ? "accepted" : options.error().message;
}

std::string topic_of(std::vector<std::string_view> words) {
  auto options = parse(std::move(words));
  return options ? options->value("topic").value_or("none") : options.error().message;
}

TEST_CASE("an argument stands behind its option, or behind an equals sign, with one dash or two") {
  REQUIRE(topic_of({"--topic", "a"}) == "a");
  REQUIRE(topic_of({"--topic=a"}) == "a");
  REQUIRE(topic_of({"-topic", "a"}) == "a");
  REQUIRE(topic_of({"--topic", "--list"}) == "--list");
  REQUIRE(topic_of({"--topic="}) == "");
}

TEST_CASE("a letter takes its argument with or without a blank") {
  REQUIRE(*parse({"-b", "x:1"})->value("bootstrap-server") == "x:1");
  REQUIRE(*parse({"-bx:1"})->value("bootstrap-server") == "x:1");
}

TEST_CASE("what may have an argument takes the next word unless that is an option") {
  REQUIRE(*parse({"--list", "--state", "stable"})->value("state") == "stable");
  auto options = parse({"--state", "--list"});
  REQUIRE(options->has("state"));
  REQUIRE_FALSE(options->value("state"));
}

TEST_CASE("options may come again, and one argument may be several values") {
  REQUIRE(parse({"--config", "a", "--config=b"})->values("config") == std::vector<std::string>{"a", "b"});
  REQUIRE(parse({"--delete", "a,,b"})->values("delete") == std::vector<std::string>{"a", "b"});
  REQUIRE(parse({})->number("partitions") == 3);
}

TEST_CASE("what is wrong is said in joptsimple's words") {
  REQUIRE(wrong({"--topics", "a"}) == "topics is not a recognized option");
  REQUIRE(wrong({"--topic"}) == "Option topic requires an argument");
  REQUIRE(wrong({"--topic", "a", "--topic", "b"}) ==
          "Found multiple arguments for option topic, but you asked for only one");
  REQUIRE(wrong({"--partitions", "x"}) == "Cannot parse argument 'x' of option partitions");
  REQUIRE(wrong({"--state"}) == "Option(s) [state] are unavailable given other options on the command line");
  REQUIRE(wrong({"--state", "--help"}) == "accepted");
}

TEST_CASE("ZooKeeper is refused with what takes its place") {
  REQUIRE(wrong({"--zookeeper", "z:2181"}).find("--bootstrap-server") != std::string::npos);
}

TEST_CASE("a beginning stands for an option where that is allowed, and for no other") {
  const std::vector<std::string_view> words = {"--par", "7"};
  REQUIRE(parse_options(kTable, words, Abbreviations::kAllowed)->number("partitions") == 7);
  REQUIRE(wrong({"--par", "7"}) == "par is not a recognized option");
  const std::vector<std::string_view> whole = {"--topic", "t"};
  REQUIRE(*parse_options(kTable, whole, Abbreviations::kAllowed)->value("topic") == "t");
}

TEST_CASE("what Kafka's tools require is asked for in their words") {
  auto options = parse({"--list"});
  REQUIRE(require_options(*options, {"topic"}).error().message == "Missing required argument \"[topic]\"");
  REQUIRE(forbid_beside(*options, "list", {"topic", "list"}).error().message ==
          "Option \"[list]\" can't be used with option \"[list]\"");
  REQUIRE(require_one_of(*options, {"topic", "config"}).error().message ==
          "Exactly one of the following arguments is required: [topic], [config]");
}

TEST_CASE("the usage text has joptsimple's columns") {
  constexpr OptionSpec kShort[] = {
      {.name = "topic", .takes = Takes::kArgument, .argument = "topic", .help = "The topic."},
      {.name = "count",
       .takes = Takes::kMaybeArgument,
       .help = "How many.",
       .default_value = "1",
       .type = ArgumentType::kInteger},
  };
  REQUIRE(usage_text(kShort) ==
          "Option                   Description           \n"
          "------                   -----------           \n"
          "--count [Integer]        How many. (default: 1)\n"
          "--topic <String: topic>  The topic.            \n");
}

}  // namespace
}  // namespace klamm::cli
