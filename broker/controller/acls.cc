#include "broker/controller/acls.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "broker/metadata/acl_filter.h"
#include "security/acl.h"

namespace klamm::broker {
namespace {

using protocol::CreateAclsRequest;
using protocol::CreateAclsResponse;
using protocol::DeleteAclsRequest;
using protocol::DeleteAclsResponse;
using security::AclOperation;
using security::AclPermission;
using security::PatternType;
using security::ResourceType;

using Creation = CreateAclsRequest::AclCreation;

constexpr std::string_view kNoAuthorizer = "No Authorizer is configured.";
constexpr std::string_view kTooManyCreated = "Unable to perform excessively large batch operation.";

template <class Part>
void tell(Part& result, ErrorCode code, std::optional<std::string_view> message) {
  result.error_code = protocol::wire_value(code);
  result.error_message = message;
}

// ANY and MATCH are for filters. Kafka trips over them in an entry, and says nothing about it.
bool is_a_filter(const Creation& creation) {
  return creation.resource_type == static_cast<int8_t>(ResourceType::kAny) ||
         creation.resource_pattern_type == static_cast<int8_t>(PatternType::kAny) ||
         creation.resource_pattern_type == static_cast<int8_t>(PatternType::kMatch) ||
         creation.operation == static_cast<int8_t>(AclOperation::kAny) ||
         creation.permission_type == static_cast<int8_t>(AclPermission::kAny);
}

// What is wrong with the resource's name: looked at before anything else.
std::optional<std::string_view> wrong_name(const Creation& creation) {
  const bool is_cluster = creation.resource_type == static_cast<int8_t>(ResourceType::kCluster);
  if (is_cluster && creation.resource_name != security::kClusterName)
    return "The only valid name for the CLUSTER resource is kafka-cluster";
  if (creation.resource_name.empty()) return "Invalid empty resource name";
  return std::nullopt;
}

template <class Number>
bool is_among(int8_t number, Number first, Number last) {
  return number >= static_cast<int8_t>(first) && number <= static_cast<int8_t>(last);
}

// What else is wrong with the entry. A number that is none of Kafka's is UNKNOWN.
std::optional<std::string> wrong_entry(const Creation& creation) {
  if (!is_among(creation.resource_type, ResourceType::kTopic, ResourceType::kUser))
    return "Invalid resourceType UNKNOWN";
  if (!is_among(creation.resource_pattern_type, PatternType::kLiteral, PatternType::kPrefixed))
    return "Invalid patternType UNKNOWN";
  if (!is_among(creation.operation, AclOperation::kAll, AclOperation::kTwoPhaseCommit))
    return "Invalid operation UNKNOWN";
  if (!is_among(creation.permission_type, AclPermission::kDeny, AclPermission::kAllow))
    return "Invalid permissionType UNKNOWN";
  if (creation.principal.find(':') != std::string_view::npos) return std::nullopt;
  return fmt::format(
      "Could not parse principal from `{}` (no colon is present separating the principal type from the "
      "principal name)",
      creation.principal);
}

AclImage acl_of(const Creation& creation) {
  return {creation.resource_type,         std::string(creation.resource_name),
          creation.resource_pattern_type, std::string(creation.principal),
          std::string(creation.host),     creation.operation,
          creation.permission_type};
}

protocol::AccessControlEntryRecord record_of(const Uuid& id, const Creation& creation) {
  protocol::AccessControlEntryRecord record;
  record.id = id;
  record.resource_type = creation.resource_type;
  record.resource_name = creation.resource_name;
  record.pattern_type = creation.resource_pattern_type;
  record.principal = creation.principal;
  record.host = creation.host;
  record.operation = creation.operation;
  record.permission_type = creation.permission_type;
  return record;
}

// Creates the entries of one request, one after the other: each sees those before it.
class AclCreator {
 public:
  explicit AclCreator(const ControllerView& view)
      : random_(view.random), acls_(view.image.acls()), records_(view.image) {}

  void create(const Creation& creation) {
    if (acls_.contains(acl_of(creation))) return;
    Uuid id = Uuid::random(random_);
    while (acls_.by_id().contains(id)) id = Uuid::random(random_);
    const protocol::AccessControlEntryRecord record = record_of(id, creation);
    records_.add(record);
    CHECK(acls_.apply(record).ok());
  }
  bool has_too_many() const { return records_.size() > kRecordsPerRequestMax; }
  std::vector<Bytes> take_records() { return records_.take(); }

 private:
  Random& random_;
  AclsImage acls_;
  RecordList records_;
};

template <class Response>
Decided<Response> decided_to_refuse(Response response) {
  Decided<Response> decided;
  decided.response = std::move(response);
  return decided;
}

DeleteAclsResponse::DeleteAclsMatchingAcl matching(const AclImage& acl) {
  DeleteAclsResponse::DeleteAclsMatchingAcl told;
  told.error_message.reset();
  told.resource_type = acl.resource_type;
  told.resource_name = acl.resource_name;
  told.pattern_type = acl.pattern_type;
  told.principal = acl.principal;
  told.host = acl.host;
  told.operation = acl.operation;
  told.permission_type = acl.permission_type;
  return told;
}

// What the filters of one request match.
class AclMatcher {
 public:
  explicit AclMatcher(const AclsImage& acls) : acls_(acls) {}

  // Filters times entries that are compared in one turn of the controller: some tenths of a second. And how
  // often entries may be told of: a request of a few kilobytes would be answered with gigabytes otherwise.
  static constexpr size_t kComparedMax = 20'000'000;
  static constexpr size_t kMatchedMax = 100'000;

  // False where that would be more than may be deleted at a time, or than one turn may take. At the limit an
  // entry that another filter has matched already counts again, as it does in Kafka.
  bool match(const AclFilter& filter, DeleteAclsResponse::DeleteAclsFilterResult& result) {
    compared_ += acls_.by_id().size();
    if (compared_ > kComparedMax) return false;
    for (const auto& [id, acl] : acls_.by_id()) {
      if (!filter.matches(acl)) continue;
      if (doomed_.size() >= kRecordsPerRequestMax || ++matched_ > kMatchedMax) return false;
      doomed_.insert(id);
      result.matching_acls.push_back(matching(acl));
    }
    return true;
  }
  const std::set<Uuid>& doomed() const { return doomed_; }

 private:
  const AclsImage& acls_;
  std::set<Uuid> doomed_;
  size_t matched_ = 0;
  size_t compared_ = 0;
};

}  // namespace

Decided<CreateAclsResponse> decide_create_acls(const ControllerView& view, const CreateAclsRequest& request,
                                               bool has_authorizer) {
  if (!has_authorizer)
    return decided_to_refuse(refused(request, ErrorCode::kSecurityDisabled, kNoAuthorizer));
  if (std::any_of(request.creations.begin(), request.creations.end(), is_a_filter))
    return decided_to_refuse(refused(request, ErrorCode::kUnknownServerError));
  Decided<CreateAclsResponse> decided;
  AclCreator creator(view);
  std::vector<size_t> named;  // the results of those whose names are right
  for (const Creation& creation : request.creations) {
    auto& result = decided.response.results.emplace_back();
    if (auto wrong = wrong_name(creation)) {
      tell(result, ErrorCode::kInvalidRequest, *wrong);
      continue;
    }
    named.push_back(decided.response.results.size() - 1);
    if (creator.has_too_many()) continue;
    if (auto wrong = wrong_entry(creation)) {
      tell(result, ErrorCode::kInvalidRequest, decided.texts.keep(std::move(*wrong)));
    } else {
      creator.create(creation);
    }
  }
  if (creator.has_too_many()) {
    for (const size_t index : named)
      tell(decided.response.results[index], ErrorCode::kPolicyViolation, kTooManyCreated);
    return decided;
  }
  decided.decision.records = creator.take_records();
  return decided;
}

Decided<DeleteAclsResponse> decide_delete_acls(const ControllerView& view, const DeleteAclsRequest& request,
                                               bool has_authorizer) {
  if (!has_authorizer)
    return decided_to_refuse(refused(request, ErrorCode::kSecurityDisabled, kNoAuthorizer));
  Decided<DeleteAclsResponse> decided;
  AclMatcher matcher(view.image.acls());
  for (const auto& asked : request.filters) {
    const AclFilter filter(asked);
    auto& result = decided.response.filter_results.emplace_back();
    result.error_message.reset();
    if (filter.has_unknown_pattern()) {
      tell(result, ErrorCode::kInvalidRequest, "Unknown patternFilter.");
    } else if (filter.has_unknown_entry()) {
      tell(result, ErrorCode::kInvalidRequest, "Unknown entryFilter.");
    } else if (!matcher.match(filter, result)) {
      // Who would read through thousands of results to find those that were left out?
      return decided_to_refuse(refused(request, ErrorCode::kInvalidRequest,
                                       "Cannot remove more than 10000 acls in a single delete operation."));
    }
  }
  RecordList records(view.image);
  for (const Uuid& id : matcher.doomed()) records.add(protocol::RemoveAccessControlEntryRecord{.id = id});
  decided.decision.records = records.take();
  return decided;
}

CreateAclsResponse refused(const CreateAclsRequest& request, ErrorCode code,
                           std::optional<std::string_view> message) {
  CreateAclsResponse response;
  response.results.resize(request.creations.size());
  for (auto& result : response.results) tell(result, code, message);
  return response;
}

DeleteAclsResponse refused(const DeleteAclsRequest& request, ErrorCode code,
                           std::optional<std::string_view> message) {
  DeleteAclsResponse response;
  response.filter_results.resize(request.filters.size());
  for (auto& result : response.filter_results) tell(result, code, message);
  return response;
}

bool says_unknown(const CreateAclsRequest& request) {
  return std::any_of(request.creations.begin(), request.creations.end(), [](const Creation& creation) {
    return creation.resource_type == 0 || creation.resource_pattern_type == 0 || creation.operation == 0 ||
           creation.permission_type == 0;
  });
}

bool says_unknown(const DeleteAclsRequest& request) {
  return std::any_of(request.filters.begin(), request.filters.end(),
                     [](const auto& asked) { return AclFilter(asked).says_unknown(); });
}

}  // namespace klamm::broker
