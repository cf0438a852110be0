#include "broker/declared/check_tool.h"

#include <fmt/format.h>

#include <ostream>

#include "base/random.h"
#include "broker/declared/comparison.h"
#include "broker/declared/reader.h"

namespace klamm::broker {
namespace {

constexpr std::string_view kUsage =
    "usage: klamm declared check DIRECTORY\n"
    "  says what the manifests there declare, and what is wrong with them; changes nothing\n";

// What an empty cluster would be asked for.
void tell(const Manifest& manifest, std::ostream& out) {
  out << fmt::format("{}: {} {} (generation {})\n", manifest.file, manifest.kind(), manifest.name,
                     manifest.generation);
  const auto* user = std::get_if<DeclaredUser>(&manifest.body);
  const std::string principal = user == nullptr ? "" : "User:" + user->name;
  const Comparison wanted = compare(ClusterImage(), manifest, principal, {});
  for (const DeclaredStep& step : wanted.steps) out << "  " << describe(step) << "\n";
  if (manifest.is_to_go) out << "  is to be deleted (klamm.io/delete)\n";
  for (const std::string& note : manifest.notes) out << "  " << note << "\n";
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
  const Declared declared = DeclaredReader(disk, random, config).read(ClusterImage());
  if (!declared.problem.empty()) {
    err << declared.problem << "\n";
    return 1;
  }
  for (const Manifest& manifest : declared.manifests.objects) tell(manifest, out);
  for (const ManifestProblem& problem : declared.manifests.problems) {
    err << fmt::format("{}: {} {}: {}\n", problem.file, problem.kind.empty() ? "a document" : problem.kind,
                       problem.name, problem.message);
  }
  return declared.manifests.problems.empty() ? 0 : 1;
}

}  // namespace klamm::broker
