#include "broker/tls_keeper.h"

#include <utility>

#include "base/logging.h"

namespace klamm::broker {
namespace {

constexpr int64_t kLookMs = 1'000;
constexpr int64_t kTryAgainMs = 10'000;

}  // namespace

void TlsKeeper::watch(std::string listener, Context context) {
  const int64_t now_ms = uses_.clock.wall_ms();
  watched_.push_back({.listener = std::move(listener),
                      .reload = security::TlsReload(std::move(context), rules_, now_ms),
                      .expiry = {},
                      .wanted = {},
                      .is_refused = false,
                      .refused_at_ms = 0});
}

void TlsKeeper::start() {
  if (watched_.empty()) return;
  uses_.loop.post([this] { schedule(); });
}

void TlsKeeper::stop() {
  uses_.loop.post([this] { stopped_ = true; });
}

// A look that takes longer than a second, since the disk does, is not followed by another one meanwhile.
void TlsKeeper::schedule() {
  uses_.loop.call_at(uses_.loop.now_ms() + kLookMs, [this] {
    if (stopped_) return;
    schedule();
    if (std::exchange(is_looking_, true)) return;
    uses_.workers.run([this] {
      look();
      uses_.loop.post([this] { is_looking_ = false; });
    });
  });
}

void TlsKeeper::reconfigure(std::string listener, security::TlsConfig config) {
  absl::MutexLock lock(&mutex_);
  wanted_.insert_or_assign(std::move(listener), std::move(config));
}

void TlsKeeper::look() {
  std::map<std::string, security::TlsConfig> wanted;
  {
    absl::MutexLock lock(&mutex_);
    wanted.swap(wanted_);
  }
  for (Watched& watched : watched_) {
    if (auto found = wanted.find(watched.listener); found != wanted.end()) {
      watched.wanted = std::move(found->second);
      watched.is_refused = false;
    }
    if (watched.wanted) take_up(watched);
    look_at(watched);
  }
}

// Other stores than the listener has had. The rules for what may change are those for files.
void TlsKeeper::take_up(Watched& watched) {
  const Context& before = watched.reload.current();
  if (*watched.wanted == before->config()) return watched.wanted.reset();
  const int64_t now_ms = uses_.clock.wall_ms();
  if (watched.is_refused && now_ms - watched.refused_at_ms < kTryAgainMs) return;
  auto made = security::TlsContext::make(*watched.wanted, security::TlsContext::Side::kServer, now_ms);
  auto wrong = made ? security::find_forbidden_change(*before, **made, rules_) : made.error();
  if (wrong) {
    // Told once, however often it is tried.
    if (!std::exchange(watched.is_refused, true)) refuse(watched, *wrong);
    watched.refused_at_ms = now_ms;
    return;
  }
  watched.wanted.reset();
  uses_.replace(watched.listener, *made);
  watched.reload = security::TlsReload(*std::move(made), rules_, now_ms);
  say_what_is_served(watched);
}

void TlsKeeper::look_at(Watched& watched) {
  const int64_t now_ms = uses_.clock.wall_ms();
  const std::string before = watched.reload.current()->fingerprint();
  if (auto outcome = watched.reload.check(now_ms); outcome && !*outcome) {
    refuse(watched, outcome->error());
  } else if (outcome) {
    uses_.replace(watched.listener, **outcome);
    // Otherwise it is for new keys of session tickets.
    if ((**outcome)->fingerprint() != before) say_what_is_served(watched);
  }
  for (const std::string& line :
       watched.expiry.lines("listener " + watched.listener, watched.reload.current()->own_chain(), now_ms)) {
    LOG_WARN("{}", line);
  }
}

void TlsKeeper::refuse(const Watched& watched, const Failure& failure) {
  uses_.count_refused();
  LOG_ERROR("Listener {} goes on with the certificates that it has: new ones are of no use: {}",
            watched.listener, failure.message);
}

void TlsKeeper::say_what_is_served(const Watched& watched) {
  const security::TlsContext& context = *watched.reload.current();
  LOG_INFO("Listener {} has loaded its key store and trust store anew: it serves {} (serial number {})",
           watched.listener, context.own_chain().front().subject, context.own_chain().front().serial);
  for (const std::string& warning : context.warnings()) LOG_WARN("{}", warning);
}

}  // namespace klamm::broker
