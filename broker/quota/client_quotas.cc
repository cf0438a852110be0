#include "broker/quota/client_quotas.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <utility>

#include "base/logging.h"

namespace klamm::broker {
namespace {

// Who has had to share for want of room looks again.
constexpr int64_t kSharedForMs = 10'000;
// Names are what clients choose, of up to 32 KiB. Of longer ones the beginning is kept, and a hash of all.
constexpr size_t kNameSizeMax = 256;

std::string kept_name(std::string_view name) {
  if (name.size() <= kNameSizeMax) return std::string(name);
  return fmt::format("{}#{:016x}", name.substr(0, kNameSizeMax), std::hash<std::string_view>()(name));
}

// No shorter name is what is kept of a longer one.
bool is_kept(const std::string& kept, std::string_view name) {
  return name.size() <= kNameSizeMax ? kept == name : kept == kept_name(name);
}

// "alice" of "User:alice".
std::string_view user_of(std::string_view principal) {
  const size_t colon = principal.find(':');
  return colon == std::string_view::npos ? principal : principal.substr(colon + 1);
}

// Microseconds as percents of a second.
double percents(int64_t time_us) { return static_cast<double>(time_us) / 10'000; }

int32_t in_answer(int64_t ms) { return static_cast<int32_t>(std::min<int64_t>(ms, INT32_MAX)); }

}  // namespace

int32_t ClientQuota::charge(const Use& use, int64_t now_ms) const {
  int64_t wait_ms = 0;
  if (use.is_produce && shares_.produce.sensor != nullptr) {
    wait_ms = shares_.produce.sensor->record(static_cast<double>(use.size), shares_.produce.limit, now_ms);
  }
  if (use.time_us && shares_.time.sensor != nullptr) {
    // As in Kafka, at most for the time of one sample.
    const int64_t wanted_ms =
        shares_.time.sensor->record(percents(*use.time_us), shares_.time.limit, now_ms);
    wait_ms = std::max(wait_ms, std::min(wanted_ms, windows_.size_ms));
  }
  return in_answer(wait_ms);
}

void ClientQuota::charge_time(int64_t time_us, int64_t now_ms) const {
  if (shares_.time.sensor != nullptr) shares_.time.sensor->record(percents(time_us), now_ms);
}

int32_t ClientQuota::fetch_size_max() const {
  if (shares_.fetch.sensor == nullptr) return INT32_MAX;
  const double most = shares_.fetch.limit * static_cast<double>(windows_.whole_ms()) / 1000;
  return most < INT32_MAX ? static_cast<int32_t>(most) : INT32_MAX;
}

RateSensor::Asked ClientQuota::ask_fetch(size_t size, int64_t now_ms) const {
  if (shares_.fetch.sensor == nullptr) return {};
  return shares_.fetch.sensor->ask(static_cast<double>(size), shares_.fetch.limit, now_ms);
}

bool MutationQuota::charge(size_t partitions) {
  if (sensor_ == nullptr) return true;
  const int64_t wait_ms = sensor_->take(static_cast<double>(partitions), limit_, strict_, now_ms_);
  if (wait_ms == 0) return true;
  throttle_ms_ = in_answer(wait_ms);
  return !strict_;
}

ClientQuotas::ClientQuotas(const Terms& terms)
    : terms_(terms),
      limits_(std::make_shared<const QuotaLimits>()),
      rates_{{Rates(terms.clients, terms.sensors_max), Rates(terms.clients, terms.sensors_max),
              Rates(terms.clients, terms.sensors_max)}},
      tokens_(terms.controller, terms.sensors_max) {}

// What was used before a limit changed counts against the new one.
void ClientQuotas::follow(const ClientQuotasImage& image) {
  {
    absl::MutexLock lock(&mutex_);
    if (known_.same_as(image.entities())) return;
  }
  auto limits = std::make_shared<const QuotaLimits>(image);
  const bool is_empty = limits->empty();
  {
    absl::MutexLock lock(&mutex_);
    known_ = image.entities();
    limits_ = std::move(limits);
    ++changes_;
    version_.store(is_empty ? 0 : changes_, std::memory_order_release);
  }
  LOG_INFO("client quotas have changed: {} entities have some now", image.entities().size());
}

ClientQuotas::Key ClientQuotas::key_of(const QuotaLimits::Found& found, std::string_view user,
                                       std::string_view client_id) {
  return {found.by_user ? kept_name(user) : "", found.by_client_id ? kept_name(client_id) : ""};
}

ClientQuotas::Found ClientQuotas::find(std::string_view principal, std::string_view client_id,
                                       int64_t now_ms) {
  const std::string_view user = user_of(principal);
  Found found;
  ClientQuota::Shares shares;
  bool is_limited = false, shares_with_others = false;
  {
    absl::MutexLock lock(&mutex_);
    for (const auto& [kind, share] : {std::pair{QuotaKind::kProduce, &shares.produce},
                                      std::pair{QuotaKind::kFetch, &shares.fetch},
                                      std::pair{QuotaKind::kRequest, &shares.time}}) {
      const auto limit = limits_->find(kind, user, client_id);
      if (!limit) continue;
      Rates::Given given = rates_[static_cast<size_t>(kind)].of(key_of(*limit, user, client_id), now_ms);
      *share = {limit->limit, std::move(given.sensor)};
      is_limited = true;
      shares_with_others |= given.is_shared;
    }
  }
  if (shares_with_others) {
    found.good_until_ms = now_ms + kSharedForMs;
    LOG_WARN_LIMITED(
        "quotas hold for more than {} users and client ids at once: those that come now share one until "
        "others have been idle",
        terms_.sensors_max);
  }
  if (is_limited) found.quota = std::make_shared<const ClientQuota>(std::move(shares), terms_.clients);
  return found;
}

MutationQuota ClientQuotas::mutations(std::string_view principal, std::string_view client_id, bool strict,
                                      int64_t now_ms) {
  if (version() == 0) return {};
  const std::string_view user = user_of(principal);
  absl::MutexLock lock(&mutex_);
  const auto limit = limits_->find(QuotaKind::kControllerMutation, user, client_id);
  if (!limit) return {};
  auto given = tokens_.of(key_of(*limit, user, client_id), now_ms);
  return MutationQuota(std::move(given.sensor), limit->limit, strict, now_ms);
}

void QuotaMemo::look_up(ClientQuotas* quotas, uint64_t version, std::string_view principal,
                        std::string_view client_id, int64_t now_ms) {
  const bool is_same =
      version == version_ && is_kept(principal_, principal) && is_kept(client_id_, client_id);
  if (is_same && now_ms < good_until_ms_) return;
  version_ = version;
  if (version == 0) {
    quota_.reset();
    return;
  }
  ClientQuotas::Found found = quotas->find(principal, client_id, now_ms);
  principal_ = kept_name(principal);
  client_id_ = kept_name(client_id);
  quota_ = std::move(found.quota);
  good_until_ms_ = found.good_until_ms;
}

}  // namespace klamm::broker
