#include "cli/client/tls_stream.h"

#include <fmt/format.h>

#include <utility>

#include "security/tls_session.h"

namespace klamm::cli {
namespace {

using security::TlsSession;

constexpr size_t kReadBytes = 32 << 10;

class TlsStream final : public Stream {
 public:
  TlsStream(std::unique_ptr<Stream> below, std::unique_ptr<TlsSession> session)
      : below_(std::move(below)), session_(std::move(session)) {}

  Attempt<> shake_hands(const Deadline& deadline) {
    while (session_->handshake() == TlsSession::State::kHandshaking) {
      if (auto done = flush(deadline); !done) return done;
      auto got = fill(deadline);
      if (!got) return Error{got.error()};
      if (*got > 0) continue;
      session_->wire_closed();
      // Who ends, or starts, does so: another attempt may go well.
      return network_error(fmt::format("SSL handshake failed: {}", session_->failure()));
    }
    // An alert, or the last message of a handshake.
    auto sent = flush(deadline);
    if (session_->state() == TlsSession::State::kFailed) {
      return authentication_error(fmt::format("SSL handshake failed: {}", session_->failure()));
    }
    return sent;
  }

  Attempt<> send(ByteView bytes, const Deadline& deadline) override {
    if (session_->state() != TlsSession::State::kOpen) return network_error("the connection is closed");
    session_->write(bytes);
    return flush(deadline);
  }

  Attempt<size_t> receive(std::span<uint8_t> into, const Deadline& deadline) override {
    for (;;) {
      const size_t got = session_->read(into);
      // An alert, or the answer to a change of keys.
      if (auto done = flush(deadline); !done) return Error{done.error()};
      if (got > 0) return got;
      if (session_->state() == TlsSession::State::kFailed) {
        return authentication_error(fmt::format("SSL failed: {}", session_->failure()));
      }
      if (session_->state() == TlsSession::State::kPeerClosed) return size_t{0};
      auto filled = fill(deadline);
      if (!filled || *filled == 0) return filled;
    }
  }

 private:
  Attempt<> flush(const Deadline& deadline) {
    while (!session_->wire_out().empty()) {
      const ByteView out = session_->wire_out();
      const size_t size = out.size();
      if (auto done = below_->send(out, deadline); !done) return done;
      session_->wire_sent(size);
    }
    return {};
  }

  Attempt<size_t> fill(const Deadline& deadline) {
    auto got = below_->receive(session_->wire_room(kReadBytes), deadline);
    session_->wire_received(got ? *got : 0);
    return got;
  }

  const std::unique_ptr<Stream> below_;
  const std::unique_ptr<TlsSession> session_;
};

}  // namespace

Attempt<std::unique_ptr<Stream>> open_tls(std::unique_ptr<Stream> below,
                                          std::shared_ptr<const security::TlsContext> context,
                                          const std::string& host, const Deadline& deadline) {
  auto stream = std::make_unique<TlsStream>(std::move(below), TlsSession::connect(std::move(context), host));
  if (auto done = stream->shake_hands(deadline); !done) return Error{done.error()};
  return std::unique_ptr<Stream>(std::move(stream));
}

}  // namespace klamm::cli
