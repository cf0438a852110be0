#include "tests/testing.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include "raft/roles.h"

using namespace klamm::raft;

namespace {

std::string first_word(std::istringstream& words) {
  std::string word;
  words >> word;
  return word;
}

// The table in the comment of raft/roles.h, read from the source.
TransitionTable table_in_comment() {
  std::ifstream file(std::filesystem::path(KLAMM_SOURCE_DIR) / "raft" / "roles.h");
  TransitionTable table{};
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    if (first_word(words) != "//") continue;
    std::string from = first_word(words);
    for (size_t row = 0; row < kRoleCount; ++row) {
      if (from != name_of(static_cast<RoleKind>(row))) continue;
      std::string first = first_word(words);
      if (first != "yes" && first != "-") continue;
      for (size_t column = 0; column < kRoleCount; ++column) {
        table[row][column] = (column == 0 ? first : first_word(words)) == "yes";
      }
    }
  }
  return table;
}

}  // namespace

TEST_CASE("the transition table is the one in the comment") { REQUIRE(table_in_comment() == kTransitions); }

TEST_CASE("the kinds of roles are numbered as the variant numbers them") {
  REQUIRE(kind_of(Role(Unattached{0})) == RoleKind::kUnattached);
  REQUIRE(kind_of(Role(Prospective{{}, 0})) == RoleKind::kProspective);
  REQUIRE(kind_of(Role(Candidate{{}, 0})) == RoleKind::kCandidate);
  REQUIRE(kind_of(Role(Leader({}, {}, {}, 0, 0))) == RoleKind::kLeader);
  REQUIRE(kind_of(Role(Follower{.fetch_deadline_ms = 0})) == RoleKind::kFollower);
  REQUIRE(kind_of(Role(Resigned{0, {}, {}})) == RoleKind::kResigned);
}

TEST_CASE("only a candidate becomes leader, only a leader resigns, and leading does not repeat") {
  for (size_t from = 0; from < kRoleCount; ++from) {
    auto kind = static_cast<RoleKind>(from);
    REQUIRE(may_follow(kind, RoleKind::kLeader) == (kind == RoleKind::kCandidate));
    REQUIRE(may_follow(kind, RoleKind::kResigned) == (kind == RoleKind::kLeader));
    REQUIRE(may_follow(kind, RoleKind::kCandidate) == (kind == RoleKind::kProspective));
  }
}
