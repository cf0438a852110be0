#include "broker/net/handshakes.h"

#include <sys/resource.h>
#include <unistd.h>

#include <utility>

#include "base/check.h"

namespace klamm::broker::net {
namespace {

// Where cores are short, those who are connected go before those who come: the lane's threads have a third of
// the weight of a loop's.
constexpr int kNice = 5;

void yield_to_loops() {
  static thread_local bool is_nice = false;
  if (std::exchange(is_nice, true)) return;
  // A kernel that refuses leaves the thread as it is.
  (void)setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), kNice);
}

}  // namespace

Handshakes::Handshakes(int threads) : threads_("tls", threads) {}

Handshakes::~Handshakes() { stop(); }

bool Handshakes::step(std::unique_ptr<security::TlsSession>& session, std::weak_ptr<Owner> owner,
                      bool begins) {
  CHECK(session != nullptr);
  if (begins && waiting_.load() >= kWaitingMax) return false;
  waiting_.fetch_add(1);
  threads_.run([this, session = std::move(session), owner = std::move(owner)]() mutable {
    waiting_.fetch_sub(1);
    if (stopping_.load() || owner.expired()) return;
    yield_to_loops();
    session->handshake();
    if (auto told = owner.lock()) told->on_step(std::move(session));
  });
  return true;
}

void Handshakes::stop() {
  stopping_.store(true);
  threads_.stop();
}

}  // namespace klamm::broker::net
