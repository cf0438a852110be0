#include "broker/net/peer_connection.h"

#include <utility>

#include "base/check.h"
#include "broker/net/peer_life.h"

namespace klamm::broker::net {

PeerConnection::PeerConnection(std::shared_ptr<PeerCommons> commons, PeerTarget target, std::string client_id)
    : life_(std::make_shared<PeerLife>(std::move(commons), std::move(target), std::move(client_id))) {
  CHECK(life_->is_on_its_loop());
}

PeerConnection::~PeerConnection() {
  CHECK(life_->is_on_its_loop());
  life_->end();
}

void PeerConnection::send(PeerRequest request, Answered answered) {
  CHECK(life_->is_on_its_loop());
  CHECK(request.encode && answered);
  life_->send(std::move(request), std::move(answered));
}

void PeerConnection::on_disconnect(absl::AnyInvocable<void()> told) {
  CHECK(life_->is_on_its_loop());
  life_->on_disconnect(std::move(told));
}

void PeerConnection::stop() {
  CHECK(life_->is_on_its_loop());
  const auto life = life_;
  life->stop();
}

}  // namespace klamm::broker::net
