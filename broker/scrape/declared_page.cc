#include "broker/scrape/declared_page.h"

#include <cstdint>
#include <map>
#include <string>
#include <utility>

namespace klamm::broker::scrape {

AdminAnswer answer_declared(const DeclaredStatus* status) {
  AdminAnswer answer;
  if (status == nullptr) {
    answer.status = 404;
    answer.body =
        "nothing is declared here: this node is not the active controller, or klamm.declared.dir is empty\n";
    return answer;
  }
  answer.content_type = "application/json";
  answer.body = to_json(*status);
  return answer;
}

void write_declared(const DeclaredStatus* status, Exposition& out) {
  if (status == nullptr) return;
  std::map<std::pair<std::string_view, DeclaredObjectStatus::State>, int64_t> counts;
  for (const DeclaredObjectStatus& object : status->objects) ++counts[{object.kind, object.state}];
  if (!counts.empty()) out.begin(Family::kDeclaredObjects);
  for (const auto& [of, count] : counts) {
    metrics::Labels labels("kind", of.first);
    labels.add("state", name_of(of.second));
    out.add(labels.text(), count);
  }
  out.add_only(Family::kDeclaredUnreadable, status->problem.empty() ? 0 : 1);
  out.add_only(Family::kDeclaredChanges, static_cast<int64_t>(status->changes));
}

}  // namespace klamm::broker::scrape
