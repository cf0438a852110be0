#include "broker/declared/check_tool.h"

#include <fmt/format.h>

#include <optional>
#include <ostream>
#include <string>

#include "base/random.h"
#include "broker/config/topic_config.h"
#include "broker/declared/comparison.h"
#include "broker/declared/reader.h"

namespace klamm::broker {
namespace {

constexpr std::string_view kUsage =
    "usage: klamm declared check DIRECTORY\n"
    "         says what the manifests there declare, and what is wrong with them; changes nothing\n"
    "       klamm declared status HOST:PORT...\n"
    "         says what has become of them, as told at klamm.admin.listener of the active controller\n";

// What an empty cluster would be asked for.
void tell(const Manifest& manifest, std::ostream& out) {
  out << fmt::format("{}: {} {} (generation {})\n", manifest.file, manifest.kind(), manifest.name,
                     manifest.generation);
  const auto* user = std::get_if<DeclaredUser>(&manifest.body);
  const std::string principal = user == nullptr ? "" : principal_of(*user, security::PrincipalMapping());
  AclsByPrincipal none;
  const Comparison wanted = compare(ClusterImage(), manifest, principal, {}, none);
  for (const DeclaredStep& step : wanted.steps) out << "  " << describe(step) << "\n";
  if (wanted.is_waiting) out << fmt::format("  set the password of user {}\n", user->name);
  if (manifest.is_to_go) out << "  is to be deleted (klamm.io/delete)\n";
  for (const std::string& note : manifest.notes) out << "  " << note << "\n";
}

// What a controller would say of a topic's settings that has Kafka's defaults itself.
std::optional<Failure> wrong_settings(const Manifest& manifest) {
  const auto* topic = std::get_if<DeclaredTopic>(&manifest.body);
  if (topic == nullptr || !topic->config) return std::nullopt;
  return check_topic_config(*topic->config, {}, {});
}

}  // namespace

int run_declared_tool(std::span<const std::string_view> args, storage::Disk& disk, std::ostream& out,
                      std::ostream& err) {
  if (args.size() != 2 || args[0] != "check") {
    err << kUsage;
    return 1;
  }
  SystemRandom random;
  DeclaredConfig config;
  config.directory = args[1];
  Declared declared = DeclaredReader(disk, random, config).read(ClusterImage());
  if (!declared.problem.empty()) {
    err << declared.problem << "\n";
    return 1;
  }
  for (const Manifest& manifest : declared.manifests.objects) {
    tell(manifest, out);
    const auto wrong = wrong_settings(manifest);
    if (!wrong) continue;
    declared.manifests.problems.push_back(
        {manifest.file, std::string(manifest.kind()), manifest.name, wrong->message});
  }
  for (const ManifestProblem& problem : declared.manifests.problems) {
    err << fmt::format("{}: {} {}: {}\n", problem.file, problem.kind.empty() ? "a document" : problem.kind,
                       problem.name, problem.message);
  }
  return declared.manifests.problems.empty() ? 0 : 1;
}

}  // namespace klamm::broker
