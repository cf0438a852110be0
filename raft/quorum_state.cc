#include "raft/quorum_state.h"

#include <boost/json.hpp>

#include <limits>

namespace klamm::raft {
namespace {

namespace json = boost::json;

constexpr int16_t kDataVersionMax = 1;

Failure broken(std::string_view what) {
  return {"quorum-state: " + std::string(what) +
          ". The file is one line of JSON with leaderId, leaderEpoch, votedId and data_version; a node that "
          "lost it must not vote, so restore it rather than delete it."};
}

// The integer of a field, within int32. Kafka writes every number of this file as one.
bool read_int(const json::object& object, std::string_view name, int32_t& into) {
  const json::value* value = object.if_contains(name);
  if (!value || !value->is_int64()) return false;
  int64_t number = value->get_int64();
  if (number < std::numeric_limits<int32_t>::min() || number > std::numeric_limits<int32_t>::max())
    return false;
  into = static_cast<int32_t>(number);
  return true;
}

bool read_voters(const json::object& object, std::vector<NodeId>& into) {
  const json::value* voters = object.if_contains("currentVoters");
  if (!voters || voters->is_null()) return true;
  if (!voters->is_array()) return false;
  for (const json::value& voter : voters->get_array()) {
    NodeId id;
    if (!voter.is_object() || !read_int(voter.get_object(), "voterId", id.value)) return false;
    into.push_back(id);
  }
  return true;
}

bool read_voted_directory(const json::object& object, ReplicaKey& voted) {
  const json::value* text = object.if_contains("votedDirectoryId");
  if (!text || !text->is_string()) return false;
  std::optional<Uuid> directory_id = Uuid::from_string(std::string_view(text->get_string()));
  if (!directory_id) return false;
  voted.directory_id = *directory_id;
  return true;
}

}  // namespace

std::string encode_quorum_state(const ElectionState& state, int16_t kraft_version) {
  json::object object;
  if (kraft_version == 0) object["clusterId"] = "";
  object["leaderId"] = state.leader.value;
  object["leaderEpoch"] = state.epoch.value;
  object["votedId"] = state.voted.id.value;
  if (kraft_version == 0) {
    object["appliedOffset"] = 0;
    json::array voters;
    for (NodeId id : state.voter_ids) voters.push_back(json::object{{"voterId", id.value}});
    object["currentVoters"] = std::move(voters);
  } else {
    object["votedDirectoryId"] = state.voted.directory_id.to_string();
  }
  object["data_version"] = kraft_version == 0 ? 0 : 1;
  return json::serialize(object);
}

Result<ElectionState, Failure> parse_quorum_state(std::string_view text) {
  json::error_code error;
  // The first line counts; Kafka reads no further.
  json::value root = json::parse(text.substr(0, text.find('\n')), error);
  if (error || !root.is_object()) return Error{broken("not a JSON object")};
  const json::object& object = root.get_object();

  int32_t data_version = 0;
  if (!read_int(object, "data_version", data_version)) return Error{broken("data_version is missing")};
  if (data_version < 0 || data_version > kDataVersionMax) {
    return Error{
        broken("data_version is " + std::to_string(data_version) + ", and this version knows 0 and 1")};
  }

  ElectionState state;
  if (!read_int(object, "leaderId", state.leader.value)) return Error{broken("leaderId is not a number")};
  if (!read_int(object, "leaderEpoch", state.epoch.value))
    return Error{broken("leaderEpoch is not a number")};
  if (!read_int(object, "votedId", state.voted.id.value)) return Error{broken("votedId is not a number")};
  if (state.epoch < Epoch{0}) return Error{broken("leaderEpoch is below 0")};
  if (state.leader < kNoNode || state.voted.id < kNoNode) return Error{broken("a node id is below -1")};
  if (data_version == 0 && !read_voters(object, state.voter_ids))
    return Error{broken("currentVoters is not a list")};
  if (data_version == 1 && !read_voted_directory(object, state.voted)) {
    return Error{broken("votedDirectoryId is not a directory id")};
  }
  return state;
}

}  // namespace klamm::raft
