#include "broker/tls_keeper.h"

#include <utility>

#include "base/logging.h"

namespace klamm::broker {
namespace {

constexpr int64_t kLookMs = 1'000;

}  // namespace

void TlsKeeper::watch(std::string listener, Context context) {
  const int64_t now_ms = uses_.clock.wall_ms();
  watched_.push_back({.listener = std::move(listener),
                      .reload = security::TlsReload(std::move(context), rules_, now_ms),
                      .expiry = {}});
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

void TlsKeeper::look() {
  for (Watched& watched : watched_) look_at(watched);
}

void TlsKeeper::look_at(Watched& watched) {
  const int64_t now_ms = uses_.clock.wall_ms();
  const std::string before = watched.reload.current()->fingerprint();
  if (auto outcome = watched.reload.check(now_ms); outcome && !*outcome) {
    uses_.count_refused();
    LOG_ERROR("Listener {} goes on with the certificates that it has: new ones are of no use: {}",
              watched.listener, outcome->error().message);
  } else if (outcome) {
    const Context& context = **outcome;
    uses_.replace(watched.listener, context);
    // Otherwise it is for new keys of session tickets.
    if (context->fingerprint() != before) {
      LOG_INFO("Listener {} has loaded its key store and trust store anew: it serves {} (serial number {})",
               watched.listener, context->own_chain().front().subject, context->own_chain().front().serial);
      for (const std::string& warning : context->warnings()) LOG_WARN("{}", warning);
    }
  }
  for (const std::string& line :
       watched.expiry.lines("listener " + watched.listener, watched.reload.current()->own_chain(), now_ms)) {
    LOG_WARN("{}", line);
  }
}

}  // namespace klamm::broker
