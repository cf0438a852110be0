// DescribeUserScramCredentials, version 0 (KIP-554): which mechanisms the users named have credentials for,
// and with how many iterations; of all users where none is named. A user that has none, or that is named
// twice, gets an error of its own. Without permission Kafka answers one error for each user, nameless, and
// cannot answer at all where no list of users came; here that gets the error alone.
#include <map>

#include "broker/handlers/security.h"

namespace klamm::broker {
namespace {

using protocol::DescribeUserScramCredentialsRequest;
using protocol::DescribeUserScramCredentialsResponse;
using protocol::ErrorCode;

using Result = DescribeUserScramCredentialsResponse::DescribeUserScramCredentialsResult;
using Infos = std::vector<DescribeUserScramCredentialsResponse::CredentialInfo>;

// By user; within one, by mechanism.
std::map<std::string_view, Infos> credentials_by_user(const ScramImage& scram) {
  std::map<std::string_view, Infos> users;
  for (const auto& [key, credential] : scram.credentials())
    users[key.user].push_back({static_cast<int8_t>(key.mechanism), credential.iterations});
  return users;
}

Infos credentials_of(const ScramImage& scram, std::string_view user) {
  Infos infos;
  for (const ScramMechanism mechanism : {ScramMechanism::kSha256, ScramMechanism::kSha512}) {
    if (const ScramCredential* credential = scram.find(mechanism, user))
      infos.push_back({static_cast<int8_t>(mechanism), credential->iterations});
  }
  return infos;
}

Result refused(std::string_view user, ErrorCode code, std::optional<std::string_view> message) {
  Result result;
  result.user = user;
  result.error_code = protocol::wire_value(code);
  result.error_message = message;
  return result;
}

Result described(std::string_view user, Infos infos) {
  Result result;
  result.user = user;
  result.credential_infos = std::move(infos);
  return result;
}

DescribeUserScramCredentialsResponse without_permission(const DescribeUserScramCredentialsRequest& request) {
  DescribeUserScramCredentialsResponse response;
  response.error_code = protocol::wire_value(ErrorCode::kClusterAuthorizationFailed);
  response.error_message.reset();
  const size_t users = request.users ? request.users->size() : 0;
  response.results.assign(users, refused("", ErrorCode::kClusterAuthorizationFailed, std::nullopt));
  return response;
}

}  // namespace

DescribeUserScramCredentialsResponse describe_user_scram_credentials(
    const DescribeUserScramCredentialsRequest& request, const ScramImage& scram, Texts& texts) {
  DescribeUserScramCredentialsResponse response;
  if (!request.users || request.users->empty()) {
    for (auto& [user, infos] : credentials_by_user(scram))
      response.results.push_back(described(user, std::move(infos)));
    return response;
  }
  std::map<std::string_view, int> mentions;
  for (const auto& user : *request.users) ++mentions[user.name];
  for (const auto& [user, count] : mentions) {
    Infos infos = credentials_of(scram, user);
    if (count > 1) {
      response.results.push_back(refused(
          user, ErrorCode::kDuplicateResource,
          texts.keep("Cannot describe SCRAM credentials for the same user twice in a single request: " +
                     std::string(user))));
    } else if (infos.empty()) {
      response.results.push_back(refused(
          user, ErrorCode::kResourceNotFound,
          texts.keep("Attempt to describe a user credential that does not exist: " + std::string(user))));
    } else {
      response.results.push_back(described(user, std::move(infos)));
    }
  }
  return response;
}

void handle_describe_user_scram_credentials(Request request, Reply reply, const SecurityUses& uses) {
  DescribeUserScramCredentialsRequest body;
  if (!read_body(request, body)) return reply.close();
  const auto image = uses.images.get();
  if (!access_of(uses.authorizer, *image, request).allows_cluster(security::AclOperation::kDescribe))
    return reply.send(without_permission(body));
  Texts texts;
  reply.send(describe_user_scram_credentials(body, image->scram(), texts));
}

}  // namespace klamm::broker
