// The tools' table: their links, and what the shell completes.
#include "cli/links.h"

#include <filesystem>

#include "cli/completion.h"
#include "tests/cli/temp_folder.h"
#include "tests/testing.h"

namespace klamm::cli {
namespace {

namespace fs = std::filesystem;

TEST_CASE("links stand under both names of each tool, and what is there is left") {
  const TempFolder folder;
  folder.write("kafka-topics.sh", "mine");
  TextSink out;
  TextSink err;
  Console console(out, err);
  REQUIRE(make_links(tools(), folder.path(), "/opt/klamm", console) == 0);
  REQUIRE(fs::read_symlink(fs::path(folder.path()) / "kafka-topics").string() == "/opt/klamm");
  REQUIRE(fs::read_symlink(fs::path(folder.path()) / "kafka-storage.sh").string() == "/opt/klamm");
  REQUIRE(fs::is_regular_file(fs::path(folder.path()) / "kafka-topics.sh"));
  REQUIRE(out.text().starts_with(std::to_string(2 * tools().size() + 1) + " links to /opt/klamm in "));
  REQUIRE(make_links(tools(), folder.path() + "/none", "/opt/klamm", console) == 1);
  REQUIRE(err.text().starts_with("cannot make "));
}

TEST_CASE("tools stand by name, each with a word of its own, and are completed") {
  const std::string completion = bash_completion(tools());
  std::string_view before;
  for (const Tool& tool : tools()) {
    REQUIRE(before < tool.name);
    before = tool.name;
    REQUIRE(find_tool_by_word(tool.word) == &tool);
    REQUIRE(find_tool_by_name("/usr/bin/" + std::string(tool.name) + ".sh") == &tool);
    REQUIRE(completion.find(" " + std::string(tool.name) + ".sh") != std::string::npos);
  }
  REQUIRE(find_tool_by_word("kafka-topics") == nullptr);
  REQUIRE(find_tool_by_name("klamm") == nullptr);
}

TEST_CASE("the shell completes --json behind klamm alone, and files where an option names one") {
  const std::string all = bash_completion(tools());
  const size_t begin = all.find("  topics)\n");
  REQUIRE(begin != std::string::npos);
  const std::string topics = all.substr(begin, all.find("\n    ;;\n", begin) - begin);
  REQUIRE(topics.find("\n      --command-config) COMPREPLY=($(compgen -f ") != std::string::npos);
  REQUIRE(topics.find("\n    options=\"--bootstrap-server --command-config --list ") != std::string::npos);
  const size_t json = topics.find("--json");
  REQUIRE(json > topics.find("[ \"$native\" = yes ] && options="));
  REQUIRE(topics.find("--json", json + 1) == std::string::npos);
}

}  // namespace
}  // namespace klamm::cli
