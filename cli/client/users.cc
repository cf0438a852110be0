#include "cli/client/users.h"

#include "cli/java_order.h"
#include "protocol/messages/alter_client_quotas_request.h"
#include "protocol/messages/alter_client_quotas_response.h"
#include "protocol/messages/alter_user_scram_credentials_request.h"
#include "protocol/messages/alter_user_scram_credentials_response.h"
#include "protocol/messages/describe_client_quotas_request.h"
#include "protocol/messages/describe_client_quotas_response.h"
#include "protocol/messages/describe_user_scram_credentials_request.h"
#include "protocol/messages/describe_user_scram_credentials_response.h"
#include "security/scram_messages.h"

namespace klamm::cli {
namespace {

using protocol::AlterClientQuotasRequest;
using protocol::AlterClientQuotasResponse;
using protocol::AlterUserScramCredentialsRequest;
using protocol::AlterUserScramCredentialsResponse;
using protocol::DescribeClientQuotasRequest;
using protocol::DescribeClientQuotasResponse;
using protocol::DescribeUserScramCredentialsRequest;
using protocol::DescribeUserScramCredentialsResponse;
using protocol::ErrorCode;

// Of a part of a filter.
constexpr int8_t kExact = 0;
constexpr int8_t kDefault = 1;
constexpr int8_t kAny = 2;

}  // namespace

Attempt<std::vector<Quotas>> describe_quotas(Client& client, const std::vector<QuotaFilterPart>& filter) {
  DescribeClientQuotasRequest request;
  request.strict = true;
  for (const QuotaFilterPart& part : filter) {
    auto& component = request.components.emplace_back();
    component.entity_type = part.type;
    component.match_type = !part.name ? kAny : part.name->empty() ? kDefault : kExact;
    component.match.reset();
    if (component.match_type == kExact) component.match = *part.name;
  }
  auto answer = client.ask_any<DescribeClientQuotasResponse>("describeClientQuotas", request);
  if (!answer) return Error{answer.error()};
  if ((*answer)->error_code != 0) return broker_error((*answer)->error_code, (*answer)->error_message);
  std::vector<Quotas> found;
  if (!(*answer)->entries) return found;
  for (const auto& entry : *(*answer)->entries) {
    Quotas& quotas = found.emplace_back();
    for (const auto& part : entry.entity) {
      QuotaPart& made = quotas.entity.emplace_back();
      made.type = part.entity_type;
      if (part.entity_name) made.name = std::string(*part.entity_name);
    }
    for (const auto& value : entry.values) quotas.values.emplace_back(value.key, value.value);
    const size_t capacity = quotas.values.size();
    quotas.values = in_java_order(
        std::move(quotas.values), [](const auto& value) { return java_hash(value.first); }, capacity);
  }
  return found;
}

Attempt<> alter_quotas(Client& client, const std::vector<QuotaPart>& entity,
                       const std::vector<QuotaChange>& changes) {
  AlterClientQuotasRequest request;
  auto& entry = request.entries.emplace_back();
  for (const QuotaPart& part : entity) {
    auto& one = entry.entity.emplace_back();
    one.entity_type = part.type;
    one.entity_name.reset();
    if (part.name) one.entity_name = *part.name;
  }
  for (const QuotaChange& change : changes) {
    auto& op = entry.ops.emplace_back();
    op.key = change.key;
    op.value = change.value.value_or(0);
    op.remove = !change.value;
  }
  auto answer = client.ask_controller<AlterClientQuotasResponse>("alterClientQuotas", request);
  if (!answer) return Error{answer.error()};
  for (const auto& result : (*answer)->entries) {
    if (result.error_code != 0) return broker_error(result.error_code, result.error_message);
  }
  return {};
}

Attempt<std::vector<ScramUser>> describe_scram_users(Client& client, const std::vector<std::string>& users) {
  DescribeUserScramCredentialsRequest request;
  auto& names = request.users.emplace();
  for (const std::string& user : users) names.emplace_back().name = user;
  auto answer =
      client.ask_any<DescribeUserScramCredentialsResponse>("describeUserScramCredentials", request);
  if (!answer) return Error{answer.error()};
  if ((*answer)->error_code != 0) return broker_error((*answer)->error_code, (*answer)->error_message);
  std::vector<ScramUser> found;
  for (const auto& result : (*answer)->results) {
    const auto error = static_cast<ErrorCode>(result.error_code);
    if (error == ErrorCode::kResourceNotFound) continue;
    if (error != ErrorCode::kNone) {
      found.push_back({std::string(result.user), broker_error(error, result.error_message)});
      continue;
    }
    std::vector<ScramInfo> infos;
    for (const auto& info : result.credential_infos) infos.push_back({info.mechanism, info.iterations});
    found.push_back({std::string(result.user), std::move(infos)});
  }
  return found;
}

std::string_view scram_name(int8_t mechanism) {
  for (const auto known : {security::ScramMechanism::kSha256, security::ScramMechanism::kSha512}) {
    if (static_cast<int8_t>(known) == mechanism) return security::name_of(known);
  }
  return "UNKNOWN";
}

Attempt<> alter_scram_user(Client& client, const std::string& user, const std::vector<NewScram>& added,
                           const std::vector<security::ScramMechanism>& removed) {
  AlterUserScramCredentialsRequest request;
  for (const security::ScramMechanism mechanism : removed) {
    auto& deletion = request.deletions.emplace_back();
    deletion.name = user;
    deletion.mechanism = static_cast<int8_t>(mechanism);
  }
  // The views of the request lie in these: no reallocation while it is made.
  std::vector<std::string> salts;
  std::vector<Bytes> salted;
  salts.reserve(added.size());
  salted.reserve(added.size());
  for (const NewScram& one : added) {
    const std::string& salt = salts.emplace_back(security::scram_random_text(client.session().random));
    const Bytes& password = salted.emplace_back(security::scram_salted_password(
        one.mechanism, one.password, as_bytes(salt), one.iterations));
    auto& upsertion = request.upsertions.emplace_back();
    upsertion.name = user;
    upsertion.mechanism = static_cast<int8_t>(one.mechanism);
    upsertion.iterations = one.iterations;
    upsertion.salt = as_bytes(salt);
    upsertion.salted_password = password;
  }
  auto answer =
      client.ask_controller<AlterUserScramCredentialsResponse>("alterUserScramCredentials", request);
  if (!answer) return Error{answer.error()};
  for (const auto& result : (*answer)->results) {
    if (result.error_code != 0) return broker_error(result.error_code, result.error_message);
  }
  return {};
}

}  // namespace klamm::cli
