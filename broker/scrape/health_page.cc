#include "broker/scrape/health_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "broker/broker_lifecycle.h"

namespace klamm::broker {
namespace {

constexpr int kWell = 200;
constexpr int kUnwell = 503;
constexpr std::string_view kJson = "application/json";

bool is_verbose(std::string_view query) { return query.find("verbose") != std::string_view::npos; }

// Names and sentences of ours, in which there is nothing to escape.
std::string quoted(std::string_view text) { return fmt::format("\"{}\"", text); }

std::string roles_of(const NodeConfig& config) {
  std::string roles;
  if (config.is_broker) roles += quoted("broker");
  if (config.is_controller) roles += (roles.empty() ? "" : ",") + quoted("controller");
  return roles;
}

}  // namespace

void HealthPage::watch(const std::vector<LoopWatch::Watched>& loops) {
  auto watch = std::make_shared<LoopWatch>(loops);
  absl::MutexLock lock(&mutex_);
  loops_ = std::move(watch);
}

// Waits a moment for all to answer, so that one question is enough for a node that is well.
AdminAnswer HealthPage::live() {
  std::shared_ptr<LoopWatch> loops;
  {
    absl::MutexLock lock(&mutex_);
    loops = loops_;
  }
  AdminAnswer answer;
  answer.body = "ok\n";
  if (loops == nullptr) return answer;
  const int64_t begun_ms = clock_.monotonic_ms();
  loops->ask(begun_ms);
  answer.later = [this, loops, begun_ms]() -> std::unique_ptr<AdminAnswer> {
    const int64_t now_ms = clock_.monotonic_ms();
    if (!loops->have_all_answered() && now_ms - begun_ms < kPatienceMs) return nullptr;
    auto known = std::make_unique<AdminAnswer>();
    known->body = "ok\n";
    const std::vector<std::string> silent = loops->silent(now_ms, kSilenceMs);
    if (silent.empty() || stats_.health.stops) return known;
    known->status = kUnwell;
    known->body.clear();
    for (const std::string& name : silent)
      known->body += fmt::format("the loop {} has not turned for {} s\n", name, kSilenceMs / 1000);
    return known;
  };
  return answer;
}

std::string HealthPage::recovery() const {
  const int64_t logs = stats_.start.logs;
  if (logs < 0) return "logs are being looked for";
  return fmt::format("{} of {} logs are loaded", stats_.start.logs_loaded.load(), logs);
}

std::vector<HealthPage::Check> HealthPage::readiness() const {
  const metrics::Health& health = stats_.health;
  std::vector<Check> checks;
  checks.push_back({"logs_loaded", health.is_loaded, recovery()});
  if (config_.is_broker) {
    checks.push_back({"registered", health.is_registered, "the active controller has not registered it yet"});
    checks.push_back({"caught_up", health.is_caught_up, "its metadata is not as new as its registration"});
    checks.push_back({"unfenced", !health.is_fenced, "it is fenced: the cluster does not count on it"});
  } else {
    checks.push_back({"caught_up", health.is_caught_up, "it has no metadata yet"});
  }
  checks.push_back({"listening", health.serves, "its listeners are not open yet"});
  checks.push_back({"running", !health.stops, "it is about to stop"});
  return checks;
}

AdminAnswer HealthPage::told(bool is_well, const std::vector<Check>& checks, std::string_view word,
                             std::string_view query) const {
  AdminAnswer answer;
  answer.status = is_well ? kWell : kUnwell;
  if (!is_verbose(query)) {
    if (is_well) answer.body = "ok\n";
    for (const Check& check : checks) {
      if (!is_well && !check.passes) answer.body += fmt::format("not {}: {}\n", word, check.why_not);
    }
    return answer;
  }
  answer.content_type = kJson;
  const int8_t state = stats_.health.broker_state;
  answer.body = fmt::format("{{\"{}\":{},\"node\":{},\"roles\":[{}]", word, is_well, config_.id.value,
                            roles_of(config_));
  if (state >= 0)
    answer.body += fmt::format(",\"state\":\"{}\"", name_of(static_cast<BrokerState>(state)));
  answer.body += fmt::format(",\"logs\":{},\"logs_loaded\":{}", std::max<int64_t>(stats_.start.logs, 0),
                             stats_.start.logs_loaded.load());
  std::string passed, missing;
  for (const Check& check : checks) {
    passed += fmt::format("{}\"{}\":{}", passed.empty() ? "" : ",", check.name, check.passes);
    if (!check.passes) missing += (missing.empty() ? "" : ",") + quoted(check.why_not);
  }
  answer.body += fmt::format(",\"checks\":{{{}}},\"missing\":[{}]}}\n", passed, missing);
  return answer;
}

AdminAnswer HealthPage::ready(std::string_view query) const {
  const std::vector<Check> checks = readiness();
  const bool is_ready = std::ranges::all_of(checks, [](const Check& check) { return check.passes; });
  return told(is_ready, checks, "ready", query);
}

// Once it has served, a node has started, whatever becomes of it.
AdminAnswer HealthPage::started(std::string_view query) const {
  return told(stats_.health.serves, readiness(), "started", query);
}

// As Strimzi's KafkaAgent: 204 while the broker runs, or is about to stop.
AdminAnswer HealthPage::agent_ready() const {
  AdminAnswer answer;
  const int state = stats_.health.broker_state;
  if (state < 0) {
    answer.status = 404;
    answer.body = "Broker state metric not found\n";
  } else if (state >= static_cast<int>(BrokerState::kRunning)) {
    answer.status = 204;
  } else {
    answer.status = kUnwell;
    answer.body = fmt::format("Not ready: the broker's state is {}\n", state);
  }
  return answer;
}

// Segments are not counted: a log counts until all of it is loaded.
AdminAnswer HealthPage::agent_state() const {
  AdminAnswer answer;
  answer.content_type = kJson;
  const int state = stats_.health.broker_state;
  if (state < 0) {
    answer.status = 404;
    answer.content_type = AdminAnswer().content_type;
    answer.body = "Broker state metric not found\n";
    return answer;
  }
  answer.body = fmt::format("{{\"brokerState\":{}", state);
  if (state == static_cast<int>(BrokerState::kRecovery)) {
    const int64_t left = std::max<int64_t>(stats_.start.logs - stats_.start.logs_loaded, 0);
    answer.body += fmt::format(
        ",\"recoveryState\":{{\"remainingLogsToRecover\":{},\"remainingSegmentsToRecover\":0}}", left);
  }
  answer.body += "}\n";
  return answer;
}

}  // namespace klamm::broker
