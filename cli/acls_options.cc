#include "cli/acls_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "cli/text.h"

namespace klamm::cli {
namespace {

using security::AclOperation;
using security::AclPermission;
using security::PatternType;
using security::ResourceType;

constexpr OptionSpec kOptions[] = {
    {.name = "bootstrap-server",
     .takes = Takes::kArgument,
     .argument = "server to connect to",
     .help = "A broker's address, or several with commas."},
    {.name = "bootstrap-controller",
     .takes = Takes::kArgument,
     .argument = "controller to connect to",
     .help = "A controller's address, or several with commas."},
    {.name = "command-config",
     .takes = Takes::kMaybeArgument,
     .argument = "command-config",
     .help = "A file with the configuration of a Java client: security.protocol and what belongs to it.",
     .completes = Completes::kFile},
    {.name = "topic",
     .takes = Takes::kArgument,
     .argument = "topic",
     .help = "A topic, or '*' for all of them.",
     .is_repeated = true},
    {.name = "cluster", .help = "The cluster."},
    {.name = "group",
     .takes = Takes::kArgument,
     .argument = "group",
     .help = "A consumer group, or '*' for all of them.",
     .is_repeated = true},
    {.name = "transactional-id",
     .takes = Takes::kArgument,
     .argument = "transactional-id",
     .help = "A transactional id, or '*' for all of them.",
     .is_repeated = true},
    {.name = "idempotent", .help = "With --producer: also IDEMPOTENT_WRITE of the cluster."},
    {.name = "delegation-token",
     .takes = Takes::kArgument,
     .argument = "delegation-token",
     .help = "A delegation token, or '*' for all of them.",
     .is_repeated = true},
    {.name = "resource-pattern-type",
     .takes = Takes::kArgument,
     .argument = "ANY|MATCH|LITERAL|PREFIXED",
     .help = "What the names above are: literal or prefixed. With --list and --remove also any, for patterns "
             "of both kinds with that name, and match, for all that apply to the name: to be removed with "
             "care.",
     .default_value = "LITERAL",
     .choices = "literal prefixed any match"},
    {.name = "add", .help = "Add entries."},
    {.name = "remove", .help = "Remove entries."},
    {.name = "list", .help = "List entries: of --topic, --group or --cluster, or all."},
    {.name = "operation",
     .takes = Takes::kArgument,
     .help = "What is allowed or denied:\n\tAll\n\tRead\n\tWrite\n\tCreate\n\tDelete\n\tAlter\n\tDescribe\n"
             "\tClusterAction\n\tDescribeConfigs\n\tAlterConfigs\n\tIdempotentWrite\n\tCreateTokens\n"
             "\tDescribeTokens\n\tTwoPhaseCommit\n",
     .default_value = "All",
     .is_repeated = true,
     .choices = "All Read Write Create Delete Alter Describe ClusterAction DescribeConfigs AlterConfigs "
                "IdempotentWrite CreateTokens DescribeTokens TwoPhaseCommit"},
    {.name = "allow-principal",
     .takes = Takes::kArgument,
     .argument = "allow-principal",
     .help = "Who is allowed: User:alice, or User:'*' for all users.",
     .is_repeated = true},
    {.name = "deny-principal",
     .takes = Takes::kArgument,
     .argument = "deny-principal",
     .help = "Who is denied, whatever else allows it.",
     .is_repeated = true},
    {.name = "principal",
     .takes = Takes::kMaybeArgument,
     .argument = "principal",
     .help = "With --list: the entries of this principal.",
     .is_repeated = true},
    {.name = "allow-host",
     .takes = Takes::kArgument,
     .argument = "allow-host",
     .help = "From where --allow-principal is allowed; by default from everywhere.",
     .is_repeated = true},
    {.name = "deny-host",
     .takes = Takes::kArgument,
     .argument = "deny-host",
     .help = "From where --deny-principal is denied; by default from everywhere.",
     .is_repeated = true},
    {.name = "producer", .help = "What a producer needs: WRITE, DESCRIBE and CREATE of the topic."},
    {.name = "consumer", .help = "What a consumer needs: READ and DESCRIBE of the topic, READ of the group."},
    {.name = "force", .help = "Do not ask."},
    {.name = "user-principal",
     .takes = Takes::kArgument,
     .argument = "user-principal",
     .help = "A user as a resource: for CreateTokens and DescribeTokens.",
     .is_repeated = true},
    kHelpOption,
    kVersionOption,
    kJsonOption,
};

constexpr std::string_view kEverywhere = "*";

using Operations = std::set<AclOperation>;

Operations supported_by(ResourceType type) {
  using Op = AclOperation;
  switch (type) {
    case ResourceType::kTopic:
      return {Op::kRead,   Op::kWrite, Op::kCreate,          Op::kDescribe,
              Op::kDelete, Op::kAlter, Op::kDescribeConfigs, Op::kAlterConfigs};
    case ResourceType::kGroup:
      return {Op::kRead, Op::kDescribe, Op::kDelete, Op::kDescribeConfigs, Op::kAlterConfigs};
    case ResourceType::kCluster:
      return {Op::kCreate,          Op::kClusterAction, Op::kDescribeConfigs, Op::kAlterConfigs,
              Op::kIdempotentWrite, Op::kAlter,         Op::kDescribe};
    case ResourceType::kTransactionalId:
      return {Op::kDescribe, Op::kWrite, Op::kTwoPhaseCommit};
    case ResourceType::kDelegationToken:
      return {Op::kDescribe};
    case ResourceType::kUser:
      return {Op::kCreateTokens, Op::kDescribeTokens};
    case ResourceType::kUnknown:
    case ResourceType::kAny:
      break;
  }
  return {};
}

// "DescribeConfigs" in any case, and without underscores.
AclOperation operation_from(std::string_view text) {
  const std::string wanted = upper_case(trimmed(text));
  for (int8_t number = 1; number <= static_cast<int8_t>(AclOperation::kTwoPhaseCommit); ++number) {
    const auto operation = static_cast<AclOperation>(number);
    std::string name(security::name_of(operation));
    std::erase(name, '_');
    if (name == wanted) return operation;
  }
  return AclOperation::kUnknown;
}

Attempt<PatternType> pattern_of(const Options& options) {
  const std::string text = options.value("resource-pattern-type").value_or("LITERAL");
  const std::string wanted = upper_case(text);
  for (const PatternType type :
       {PatternType::kAny, PatternType::kMatch, PatternType::kLiteral, PatternType::kPrefixed}) {
    if (security::name_of(type) == wanted) return type;
  }
  return wrong_argument(fmt::format("Cannot parse argument '{}' of option resource-pattern-type", text));
}

Attempt<std::set<std::string>> hosts_of(const Options& options, std::string_view hosts,
                                        std::string_view principals) {
  std::set<std::string> found;
  for (const std::string& host : options.values(hosts)) found.emplace(trimmed(host));
  if (!options.has(hosts) && options.has(principals)) found.emplace(kEverywhere);
  return found;
}

// Every principal from every host with every operation.
Attempt<> add_grants(const Options& options, std::string_view principals, std::string_view hosts,
                     AclPermission permission, const Operations& operations, std::set<AclGrant>& grants) {
  auto who = principals_of(options, principals);
  if (!who) return Error{who.error()};
  auto from = hosts_of(options, hosts, principals);
  if (!from) return Error{from.error()};
  for (const std::string& principal : *who) {
    for (const std::string& host : *from) {
      for (const AclOperation operation : operations) {
        grants.insert(AclGrant{principal, host, operation, permission});
      }
    }
  }
  return {};
}

Attempt<std::set<AclGrant>> grants_of(const Options& options, const Operations& operations) {
  std::set<AclGrant> grants;
  auto done =
      add_grants(options, "allow-principal", "allow-host", AclPermission::kAllow, operations, grants);
  if (!done) return Error{done.error()};
  done = add_grants(options, "deny-principal", "deny-host", AclPermission::kDeny, operations, grants);
  if (!done) return Error{done.error()};
  return grants;
}

AclResource cluster_resource() {
  return {.type = ResourceType::kCluster,
          .name = std::string(security::kClusterName),
          .pattern = PatternType::kLiteral};
}

// The operations that a role needs of a resource; empty: none of it.
using Role = std::vector<std::pair<ResourceType, Operations>>;

Attempt<> add_role(const Options& options, const Role& role, Acls& acls) {
  auto resources = resources_of(options, true);
  if (!resources) return Error{resources.error()};
  for (const auto& [type, operations] : role) {
    auto grants = grants_of(options, operations);
    if (!grants) return Error{grants.error()};
    for (const AclResource& resource : *resources) {
      if (resource.type == type) acls[resource].insert(grants->begin(), grants->end());
    }
  }
  return {};
}

Attempt<> check_operations(const Acls& acls) {
  for (const auto& [resource, grants] : acls) {
    Operations valid = supported_by(resource.type);
    valid.insert(AclOperation::kAll);
    const bool all_fit = std::ranges::all_of(
        grants, [&](const AclGrant& grant) { return valid.contains(grant.operation); });
    if (all_fit) continue;
    std::vector<std::string> names;
    for (const AclOperation operation : valid) names.emplace_back(security::name_of(operation));
    return wrong_usage(fmt::format("ResourceType {} only supports operations [{}]",
                                   security::name_of(resource.type), joined(names, ", ")));
  }
  return {};
}

}  // namespace

OptionTable acls_options() { return kOptions; }

Attempt<> check_acls_options(const Options& options) {
  const int servers = options.count({"bootstrap-server", "bootstrap-controller"});
  if (servers > 1) {
    return wrong_usage("Only one of --bootstrap-server or --bootstrap-controller must be specified");
  }
  if (servers == 0) {
    return wrong_usage("One of --bootstrap-server or --bootstrap-controller must be specified");
  }
  if (options.count({"add", "remove", "list"}) != 1) {
    return wrong_usage("Command must include exactly one action: --list, --add, --remove. ");
  }
  auto done = forbid_beside(options, "list",
                            {"producer", "consumer", "allow-host", "allow-principal", "deny-host",
                             "deny-principal"});
  if (!done) return done;
  for (const std::string_view role : {"producer", "consumer"}) {
    done = forbid_beside(options, role, {"operation", "deny-principal", "deny-host"});
    if (!done) return done;
  }
  if (done = forbid_beside(options, "json", {"add", "remove"}); !done) return done;
  if (options.has("principal") && !options.has("list")) {
    return wrong_usage("The --principal option is only available if --list is set");
  }
  if (options.has("producer") && !options.has("topic")) {
    return wrong_usage("With --producer you must specify a --topic");
  }
  if (options.has("idempotent") && !options.has("producer")) {
    return wrong_usage("The --idempotent option is only available if --producer is set");
  }
  const bool has_more = !options.has("producer") && options.count({"cluster", "transactional-id"}) > 0;
  if (options.has("consumer") && (!options.has("topic") || !options.has("group") || has_more)) {
    return wrong_usage(
        "With --consumer you must specify a --topic and a --group and no --cluster or --transactional-id "
        "option should be specified.");
  }
  return {};
}

Attempt<std::set<AclResource>> resources_of(const Options& options, bool must_have) {
  auto pattern = pattern_of(options);
  if (!pattern) return Error{pattern.error()};
  constexpr std::pair<std::string_view, ResourceType> kNamed[] = {
      {"topic", ResourceType::kTopic},
      {"group", ResourceType::kGroup},
      {"transactional-id", ResourceType::kTransactionalId},
      {"delegation-token", ResourceType::kDelegationToken},
      {"user-principal", ResourceType::kUser}};
  std::set<AclResource> resources;
  for (const auto& [option, type] : kNamed) {
    for (const std::string& name : options.values(option)) {
      resources.insert(AclResource{.type = type, .name = std::string(trimmed(name)), .pattern = *pattern});
    }
  }
  if (*pattern == PatternType::kLiteral && options.count({"cluster", "idempotent"}) > 0) {
    resources.insert(cluster_resource());
  }
  if (resources.empty() && must_have) {
    return wrong_usage(
        "You must provide at least one resource: --topic <topic> or --cluster or --group <group> or "
        "--delegation-token <Delegation Token ID>");
  }
  return resources;
}

Attempt<Acls> acls_of(const Options& options) {
  using Op = AclOperation;
  Acls acls;
  if (!options.has("producer") && !options.has("consumer")) {
    Operations operations;
    for (const std::string& text : options.values("operation")) operations.insert(operation_from(text));
    auto grants = grants_of(options, operations);
    if (!grants) return Error{grants.error()};
    auto resources = resources_of(options, true);
    if (!resources) return Error{resources.error()};
    for (const AclResource& resource : *resources) acls[resource] = *grants;
  }
  if (options.has("producer")) {
    Role role = {{ResourceType::kTopic, {Op::kWrite, Op::kDescribe, Op::kCreate}},
                 {ResourceType::kTransactionalId, {Op::kWrite, Op::kDescribe}}};
    if (options.has("idempotent")) role.push_back({ResourceType::kCluster, {Op::kIdempotentWrite}});
    if (auto done = add_role(options, role, acls); !done) return Error{done.error()};
  }
  if (options.has("consumer")) {
    const Role role = {{ResourceType::kTopic, {Op::kRead, Op::kDescribe}},
                       {ResourceType::kGroup, {Op::kRead}}};
    if (auto done = add_role(options, role, acls); !done) return Error{done.error()};
  }
  if (auto done = check_operations(acls); !done) return Error{done.error()};
  if (!options.has("add")) return acls;
  auto pattern = pattern_of(options);
  if (*pattern != PatternType::kLiteral && *pattern != PatternType::kPrefixed) {
    return wrong_usage(fmt::format("A '--resource-pattern-type' value of '{}' is not valid when adding acls.",
                                   security::name_of(*pattern)));
  }
  if (std::ranges::any_of(acls, [](const auto& entry) { return entry.second.empty(); })) {
    return wrong_usage(
        "You must specify one of: --allow-principal, --deny-principal when trying to add ACLs.");
  }
  return acls;
}

Attempt<std::set<std::string>> principals_of(const Options& options, std::string_view option) {
  std::set<std::string> principals;
  if (!options.has(option)) return principals;
  for (const std::string& text : options.values(option)) {
    const std::string_view principal = trimmed(text);
    if (principal.find(':') == principal.npos) {
      return wrong_argument(
          fmt::format("expected a string in format principalType:principalName but got {}", principal));
    }
    principals.emplace(principal);
  }
  return principals;
}

}  // namespace klamm::cli
