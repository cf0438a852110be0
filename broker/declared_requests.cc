#include "broker/declared_requests.h"

#include <fmt/format.h>

#include <optional>
#include <string_view>
#include <utility>

#include "broker/controller/acls.h"
#include "broker/controller/scram.h"
#include "broker/controller/topics.h"

namespace klamm::broker {
namespace {

using namespace protocol;

// Of topics that are named by their names.
constexpr int16_t kDeleteTopicsVersion = 5;

// The error of a part of an answer, as a sentence; empty where there is none.
template <class Part>
std::string refusal_of_part(const Part& part) {
  const auto code = static_cast<ErrorCode>(part.error_code);
  if (code == ErrorCode::kNone) return {};
  return fmt::format("{}: {}", name_of(code), part.error_message.value_or(std::string_view()));
}

// All parts have to go well: a step that is half refused is not taken.
template <class Response, class Parts>
DecidedStep whole(Decided<Response>& decided, const Parts& parts) {
  for (const auto& part : parts) {
    if (std::string refusal = refusal_of_part(part); !refusal.empty()) return {{}, std::move(refusal)};
  }
  if (decided.decision.records.size() > kRecordsPerRequestMax)
    return {{}, fmt::format("it takes {} records, and {} are too many", decided.decision.records.size(),
                            kRecordsPerRequestMax)};
  return {std::move(decided.decision), {}};
}

struct Deciding {
  const ControllerView& view;
  const AlteringNode& node;
  const bool has_authorizer;

  DecidedStep operator()(const TopicCreation& step) const {
    CreateTopicsRequest request;
    auto& topic = request.topics.emplace_back();
    topic.name = step.name;
    topic.num_partitions = step.partitions;
    topic.replication_factor = step.replicas;
    for (const auto& [key, value] : step.config) {
      auto& config = topic.configs.emplace_back();
      config.name = key;
      config.value = value;
    }
    auto decided = decide_create_topics(view, request);
    return whole(decided, decided.response.topics);
  }

  DecidedStep operator()(const TopicGrowth& step) const {
    CreatePartitionsRequest request;
    auto& topic = request.topics.emplace_back();
    topic.name = step.name;
    topic.count = step.partitions;
    topic.assignments = std::nullopt;
    auto decided = decide_create_partitions(view, request);
    return whole(decided, decided.response.results);
  }

  DecidedStep operator()(const TopicAlteration& step) const {
    IncrementalAlterConfigsRequest request;
    auto& resource = request.resources.emplace_back();
    resource.resource_type = static_cast<int8_t>(ConfigResourceType::kTopic);
    resource.resource_name = step.name;
    for (const auto& [key, value] : step.edits) {
      auto& config = resource.configs.emplace_back();
      config.name = key;
      config.config_operation =
          static_cast<int8_t>(value ? ConfigOperation::kSet : ConfigOperation::kDelete);
      config.value.reset();
      if (value) config.value = *value;
    }
    auto decided = decide_incremental_alter_configs(view, request, node);
    return whole(decided, decided.response.responses);
  }

  DecidedStep operator()(const TopicDeletion& step) const {
    DeleteTopicsRequest request;
    request.topic_names.push_back(step.name);
    auto decided = decide_delete_topics(view, request, kDeleteTopicsVersion);
    return whole(decided, decided.response.responses);
  }

  DecidedStep operator()(const PasswordChange& step) const {
    AlterUserScramCredentialsRequest request;
    auto& credential = request.upsertions.emplace_back();
    credential.name = step.user;
    credential.mechanism = static_cast<int8_t>(ScramMechanism::kSha512);
    credential.iterations = step.iterations;
    credential.salt = step.salt;
    credential.salted_password = step.salted_password;
    auto decided = decide_alter_user_scram_credentials(view, request);
    return whole(decided, decided.response.results);
  }

  DecidedStep operator()(const PasswordRemoval& step) const {
    AlterUserScramCredentialsRequest request;
    auto& credential = request.deletions.emplace_back();
    credential.name = step.user;
    credential.mechanism = static_cast<int8_t>(step.mechanism);
    auto decided = decide_alter_user_scram_credentials(view, request);
    return whole(decided, decided.response.results);
  }

  DecidedStep operator()(const AclAddition& step) const {
    CreateAclsRequest request;
    for (const AclImage& acl : step.acls) {
      auto& creation = request.creations.emplace_back();
      creation.resource_type = acl.resource_type;
      creation.resource_name = acl.resource_name;
      creation.resource_pattern_type = acl.pattern_type;
      creation.principal = acl.principal;
      creation.host = acl.host;
      creation.operation = acl.operation;
      creation.permission_type = acl.permission_type;
    }
    auto decided = decide_create_acls(view, request, has_authorizer);
    return whole(decided, decided.response.results);
  }

  DecidedStep operator()(const AclRemoval& step) const {
    DeleteAclsRequest request;
    for (const AclImage& acl : step.acls) {
      auto& filter = request.filters.emplace_back();
      filter.resource_type_filter = acl.resource_type;
      filter.resource_name_filter = acl.resource_name;
      filter.pattern_type_filter = acl.pattern_type;
      filter.principal_filter = acl.principal;
      filter.host_filter = acl.host;
      filter.operation = acl.operation;
      filter.permission_type = acl.permission_type;
    }
    auto decided = decide_delete_acls(view, request, has_authorizer);
    return whole(decided, decided.response.filter_results);
  }
};

}  // namespace

DecidedStep decide_step(const ControllerView& view, const DeclaredStep& step, const AlteringNode& node,
                        bool has_authorizer) {
  return std::visit(Deciding{view, node, has_authorizer}, step);
}

}  // namespace klamm::broker
