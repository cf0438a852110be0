// Plays the scripts. A script is a text of scenes: commands, `----`, what they brought about, an empty line.
// KLAMM_REWRITE_SCRIPTS=1 writes what happened into the scripts, to be read before it is committed.
#include "tests/testing.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "tests/raft/stage.h"

namespace {

namespace fs = std::filesystem;

fs::path scripts() { return fs::path(KLAMM_SOURCE_DIR) / "tests" / "raft" / "scripts"; }

std::string content_of(const fs::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// The script as it is when its commands are played.
std::string played(const std::string& script) {
  klamm::raft::Stage stage;
  std::istringstream lines(script);
  std::string out, happened;
  bool expecting = false;
  for (std::string line; std::getline(lines, line);) {
    if (expecting && !line.empty()) continue;
    if (line == "----") {
      expecting = true;
      out += "----\n" + happened;
      happened.clear();
      continue;
    }
    expecting = false;
    out += line + "\n";
    if (line.empty() || line.starts_with("#")) continue;
    std::string result = stage.play(line);
    if (result != "ok\n") happened += result;
  }
  return out;
}

}  // namespace

TEST_CASE("the scripts play as they are written") {
  std::set<fs::path> paths;
  for (const fs::directory_entry& entry : fs::directory_iterator(scripts())) paths.insert(entry.path());
  REQUIRE(paths.size() >= 10);
  for (const fs::path& path : paths) {
    std::string written = content_of(path);
    std::string happened = played(written);
    if (std::getenv("KLAMM_REWRITE_SCRIPTS")) {
      std::ofstream(path) << happened;
      continue;
    }
    INFO(path.filename().string());
    REQUIRE(happened == written);
  }
}
