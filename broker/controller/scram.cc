#include "broker/controller/scram.h"

#include <map>
#include <set>

#include "security/scram.h"

namespace klamm::broker {
namespace {

using protocol::AlterUserScramCredentialsRequest;
using protocol::AlterUserScramCredentialsResponse;

using Deletion = AlterUserScramCredentialsRequest::ScramCredentialDeletion;
using Upsertion = AlterUserScramCredentialsRequest::ScramCredentialUpsertion;

struct Refusal {
  ErrorCode code = ErrorCode::kNone;
  std::optional<std::string_view> message;
};

bool is_mechanism(int8_t number) {
  return number == static_cast<int8_t>(ScramMechanism::kSha256) ||
         number == static_cast<int8_t>(ScramMechanism::kSha512);
}

std::optional<Refusal> check_key(std::string_view user, int8_t mechanism) {
  if (user.empty()) return Refusal{ErrorCode::kUnacceptableCredential, "Username must not be empty"};
  if (!is_mechanism(mechanism))
    return Refusal{ErrorCode::kUnsupportedSaslMechanism, "Unknown SCRAM mechanism"};
  return std::nullopt;
}

std::optional<Refusal> check(const ScramImage& image, const Deletion& deletion) {
  if (auto wrong = check_key(deletion.name, deletion.mechanism)) return wrong;
  if (image.find(static_cast<ScramMechanism>(deletion.mechanism), deletion.name) == nullptr)
    return Refusal{ErrorCode::kResourceNotFound, "Attempt to delete a user credential that does not exist"};
  return std::nullopt;
}

std::optional<Refusal> check(const ScramImage&, const Upsertion& upsertion) {
  if (auto wrong = check_key(upsertion.name, upsertion.mechanism)) return wrong;
  if (upsertion.iterations < security::kScramIterationsMin)
    return Refusal{ErrorCode::kUnacceptableCredential, "Too few iterations"};
  if (upsertion.iterations > security::kScramIterationsMax)
    return Refusal{ErrorCode::kUnacceptableCredential, "Too many iterations"};
  return std::nullopt;
}

// What is to be done with each user: one thing, or none.
class Alterations {
 public:
  explicit Alterations(const ClusterImage& image) : image_(image) {}

  void add(const Deletion& deletion) { add(deletion, deletions_); }
  void add(const Upsertion& upsertion) { add(upsertion, upsertions_); }

  const std::map<std::string_view, const Deletion*>& deletions() const { return deletions_; }
  const std::map<std::string_view, const Upsertion*>& upsertions() const { return upsertions_; }
  const std::map<std::string_view, Refusal>& refusals() const { return refusals_; }

 private:
  template <class Alteration>
  void add(const Alteration& alteration, std::map<std::string_view, const Alteration*>& accepted) {
    const std::string_view user = alteration.name;
    if (refusals_.contains(user)) return;
    if (deletions_.erase(user) + upsertions_.erase(user) > 0) {
      refusals_[user] = {ErrorCode::kDuplicateResource,
                         "A user credential cannot be altered twice in the same request"};
    } else if (!image_.features().metadata_version().value_or(kMetadataVersionLatest).has_scram()) {
      refusals_[user] = {ErrorCode::kUnsupportedVersion,
                         "The current metadata.version does not support SCRAM"};
    } else if (auto wrong = check(image_.scram(), alteration)) {
      refusals_[user] = *wrong;
    } else {
      accepted[user] = &alteration;
    }
  }

  const ClusterImage& image_;
  std::map<std::string_view, const Deletion*> deletions_;
  std::map<std::string_view, const Upsertion*> upsertions_;
  std::map<std::string_view, Refusal> refusals_;
};

// The client has salted and stretched the password; what is kept can check it, and is no password itself.
void add_credential(const Upsertion& upsertion, RecordList& records) {
  const auto mechanism = static_cast<security::ScramMechanism>(upsertion.mechanism);
  const security::ScramVerifier made =
      security::scram_verifier(mechanism, upsertion.salted_password, upsertion.salt, upsertion.iterations);
  protocol::UserScramCredentialRecord record;
  record.name = upsertion.name;
  record.mechanism = upsertion.mechanism;
  record.salt = upsertion.salt;
  record.stored_key = made.stored_key;
  record.server_key = made.server_key;
  record.iterations = upsertion.iterations;
  records.add(record);
}

void tell(AlterUserScramCredentialsResponse& response, std::string_view user, const Refusal& outcome) {
  auto& result = response.results.emplace_back();
  result.user = user;
  result.error_code = protocol::wire_value(outcome.code);
  result.error_message = outcome.message;
}

}  // namespace

Decided<AlterUserScramCredentialsResponse> decide_alter_user_scram_credentials(
    const ControllerView& view, const AlterUserScramCredentialsRequest& request) {
  constexpr Refusal kDone{ErrorCode::kNone, std::nullopt};
  Alterations alterations(view.image);
  for (const Deletion& deletion : request.deletions) alterations.add(deletion);
  for (const Upsertion& upsertion : request.upsertions) alterations.add(upsertion);

  Decided<AlterUserScramCredentialsResponse> decided;
  RecordList records(view.image);
  for (const auto& [user, deletion] : alterations.deletions()) {
    tell(decided.response, user, kDone);
    protocol::RemoveUserScramCredentialRecord record;
    record.name = user;
    record.mechanism = deletion->mechanism;
    records.add(record);
  }
  for (const auto& [user, upsertion] : alterations.upsertions()) {
    // Java has no HMAC of an empty key.
    if (upsertion->salted_password.empty()) {
      tell(decided.response, user, {ErrorCode::kUnknownServerError, std::nullopt});
      continue;
    }
    tell(decided.response, user, kDone);
    add_credential(*upsertion, records);
  }
  for (const auto& [user, refusal] : alterations.refusals()) tell(decided.response, user, refusal);
  decided.decision.records = records.take();
  return decided;
}

AlterUserScramCredentialsResponse refused(const AlterUserScramCredentialsRequest& request, ErrorCode code,
                                          std::optional<std::string_view> message) {
  std::set<std::string_view> users;
  for (const Deletion& deletion : request.deletions) users.insert(deletion.name);
  for (const Upsertion& upsertion : request.upsertions) users.insert(upsertion.name);
  AlterUserScramCredentialsResponse response;
  for (const std::string_view user : users) tell(response, user, {code, message});
  return response;
}

}  // namespace klamm::broker
