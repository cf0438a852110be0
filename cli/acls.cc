// kafka-acls: adds, removes and lists entries of the authorizer. It prints what Kafka's AclCommand prints;
// where that goes by the order of a Java hash table, which differs from run to run, here entries are sorted.
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "cli/acls_options.h"
#include "cli/client/acls.h"
#include "cli/text.h"
#include "cli/tool_list.h"
#include "protocol/json_writer.h"

namespace klamm::cli {
namespace {

using protocol::JsonWriter;

constexpr std::string_view kAbout = "This tool helps to manage acls on kafka.";

template <class Grants>
std::string lines_of(const Grants& grants) {
  std::vector<std::string> lines;
  for (const AclGrant& grant : grants) lines.push_back("\t" + grant.text());
  return joined(lines, "\n");
}

Attempt<> add(Client& client, const Options& options) {
  Console& console = client.session().console;
  auto wanted = acls_of(options);
  if (!wanted) return Error{wanted.error()};
  for (const auto& [resource, grants] : *wanted) {
    auto known = describe_acls(client, resource);
    if (!known) return Error{known.error()};
    const std::set<AclGrant>& there = (*known)[resource];
    std::vector<AclGrant> missing;
    for (const AclGrant& grant : grants) {
      if (there.contains(grant)) {
        console.line("Acl (pattern={}, entry={}) already exists.", resource.text(), grant.text());
      } else {
        missing.push_back(grant);
      }
    }
    if (missing.empty()) continue;
    console.line("Adding ACLs for resource `{}`: \n {}\n", resource.text(), lines_of(missing));
    if (auto done = create_acls(client, resource, missing); !done) return done;
  }
  return {};
}

Attempt<bool> is_confirmed(Session& session, const Options& options, const std::string& question) {
  if (options.has("force")) return true;
  session.console.line("{}", question);
  session.console.flush();
  const auto answer = session.input.line();
  if (!answer) return wrong_argument("nobody answers; write --force where nobody can");
  return lower_case(*answer) == "y";
}

Attempt<> remove(Client& client, const Options& options) {
  auto wanted = acls_of(options);
  if (!wanted) return Error{wanted.error()};
  for (const auto& [filter, grants] : *wanted) {
    const std::string question =
        grants.empty()
            ? fmt::format("Are you sure you want to delete all ACLs for resource filter `{}`? (y/n)",
                          filter.text())
            : fmt::format("Are you sure you want to remove ACLs: \n {}\n from resource filter `{}`? (y/n)",
                          lines_of(grants), filter.text());
    auto confirmed = is_confirmed(client.session(), options, question);
    if (!confirmed) return Error{confirmed.error()};
    if (!*confirmed) continue;
    if (auto done = delete_acls(client, filter, grants); !done) return done;
  }
  return {};
}

void print(Console& console, const Acls& acls) {
  for (const auto& [resource, grants] : acls) {
    console.line("Current ACLs for resource `{}`:\n{}\n", resource.text(), lines_of(grants));
  }
}

std::string json_of(const Acls& acls) {
  JsonWriter json;
  json.begin_array();
  for (const auto& [resource, grants] : acls) {
    json.begin_object().field("resource_type", security::name_of(resource.type));
    json.field("name", resource.name.value_or("")).field("pattern_type", security::name_of(resource.pattern));
    json.key("entries").begin_array();
    for (const AclGrant& grant : grants) {
      json.begin_object().field("principal", grant.principal).field("host", grant.host);
      json.field("operation", security::name_of(grant.operation));
      json.field("permission", security::name_of(grant.permission)).end_object();
    }
    json.end_array().end_object();
  }
  return json.end_array().str();
}

Attempt<> list(Client& client, const Options& options) {
  Console& console = client.session().console;
  auto filters = resources_of(options, false);
  if (!filters) return Error{filters.error()};
  auto principals = principals_of(options, "principal");
  if (!principals) return Error{principals.error()};
  if (filters->empty()) filters->insert(AclResource());
  Acls acls;
  for (const AclResource& filter : *filters) {
    auto found = describe_acls(client, filter);
    if (!found) return Error{found.error()};
    for (auto& [resource, grants] : *found) acls[resource].merge(grants);
  }
  if (options.has("json")) {
    console.line("{}", json_of(acls));
    return {};
  }
  if (principals->empty()) print(console, acls);
  for (const std::string& principal : *principals) {
    console.line("ACLs for principal `{}`", principal);
    Acls own;
    for (const auto& [resource, grants] : acls) {
      for (const AclGrant& grant : grants) {
        if (grant.principal == principal) own[resource].insert(grant);
      }
    }
    print(console, own);
  }
  return {};
}

}  // namespace

int run_acls(Session& session, Words words) {
  const OptionTable table = table_for(session, acls_options());
  Begun begun = begin_tool(session, table, words, kAbout, OnWrongWords::kUsage);
  if (!begun.options) return begun.status;
  const Options& options = *begun.options;
  if (auto done = check_acls_options(options); !done) return say_wrong(session, table, done.error());
  auto client = make_client(options, session);
  auto done = [&]() -> Attempt<> {
    if (!client) return Error{client.error()};
    if (options.has("add")) return add(**client, options);
    return options.has("remove") ? remove(**client, options) : list(**client, options);
  }();
  if (done) return 0;
  const ToolError& error = done.error();
  if (error.kind == ToolError::Kind::kUsage) return say_wrong(session, table, error);
  // What a broker says comes out of a Java future, whose exception is printed whole.
  const bool is_ours = error.kind == ToolError::Kind::kArgument;
  session.console.line("Error while executing ACL command: {}",
                       is_ours ? error.message : exception_text(error));
  return 1;
}

}  // namespace klamm::cli
