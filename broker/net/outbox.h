// Outbox: the replies of one connection on their way out, in order. A reply is a frame with slices of files
// spliced into it. Small pieces of either kind are gathered into one write, large slices go by sendfile.
//
// Files are read here on a loop, which must not wait for a disk. A slice is only sent as far as the kernel
// has said that it is in the page cache (preadv2 with RWF_NOWAIT); otherwise flush() stops with kCold,
// somebody else has the piece read, and warmed() lets it go on.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "broker/net/transport.h"
#include "broker/request.h"

namespace klamm::broker::net {

class Outbox {
 public:
  enum class Status {
    kEmpty,    // everything is sent
    kBlocked,  // the socket takes no more now
    kYield,    // `turn_bytes_max` were sent; it is somebody else's turn
    kCold,     // cold() must be read from the disk first
    kEnd,      // a reply asked for the connection to be closed, and all before it is sent
    kFailed,   // the connection is gone, or a file failed: see failure()
  };

  void push(Response response);
  // `scratch` holds small slices on their way; its content is of no use afterwards. Adds what was sent to
  // `sent`. `now_ms`: for how long what was found in the page cache is believed.
  Status flush(Transport& transport, std::span<uint8_t> scratch, size_t turn_bytes_max, int64_t now_ms,
               uint64_t& sent);

  // Calls `told(mark)` for each reply that was sent whole since the last call, or needed no sending.
  template <class Told>
  void tell_sent(Told told) {
    for (const metrics::ReplyMark& mark : sent_) told(mark);
    sent_.clear();
    if (sent_.capacity() > kSentKept) sent_.shrink_to_fit();
  }
  bool has_sent() const { return !sent_.empty(); }

  // After kCold: what to read, at most kColdPiece.
  storage::FileSlice cold() const;
  // What cold() said has been read. It is sent without asking again, so that this comes to an end even when
  // the machine evicts the pages at once.
  void warmed();

  bool empty() const { return replies_.empty(); }
  size_t replies() const { return replies_.size(); }
  // Bytes of frames that are held for sending; slices of files take no memory.
  size_t frame_bytes() const { return frame_bytes_; }
  // After kFailed: what was wrong with a file; empty when the connection just went away.
  const std::string& failure() const { return failure_; }

  // Slices below this size are cheaper to copy than to send on their own.
  static constexpr size_t kSmallSlice = 16 << 10;
  // One sendfile takes as much as is known to be warm, up to this. Sending 1 MiB slices in pieces of 64 KiB
  // costs twice the CPU time: each piece wakes the peer.
  static constexpr size_t kSendfileMax = 1 << 20;
  // How far the page cache is trusted to be whole in front of a byte that is in it: what the kernel reads
  // ahead at once by default (read_ahead_kb). A probe costs a system call.
  static constexpr size_t kProbeStep = storage::WarmBlocks::kBlock;
  static constexpr size_t kColdPiece = 256 << 10;

 private:
  // As many as a producer's requests in flight take, which are answered together all the time.
  static constexpr size_t kSentKept = 8;

  // A place in the first replies: `frame_at` bytes of the frame are behind it, `slice` slices, and `slice_at`
  // bytes of the next one.
  struct Cursor {
    size_t reply = 0;
    size_t frame_at = 0;
    size_t slice = 0;
    size_t slice_at = 0;
  };
  struct Gathered;

  // The frame's bytes from `at` up to the next splice, or to its end.
  static std::span<const uint8_t> frame_piece(const Response& response, const Cursor& at);
  static bool at_slice(const Response& response, const Cursor& at);
  static void skip(const Response& response, Cursor& at, size_t count);
  bool copies(const Transport& transport, const storage::FileSlice& slice, size_t left) const;

  // Drops replies that are wholly sent. True while there is something to send.
  bool settle();
  void gather(const Transport& transport, std::span<uint8_t> scratch, Gathered& out);
  // Reads from a slice without waiting, except where it was warmed. Nothing when that is not possible now.
  size_t read_slice(const storage::FileSlice& slice, size_t from, std::span<uint8_t> into, bool warm);
  Status send_gathered(Transport& transport, std::span<uint8_t> scratch, size_t& sent);
  Status send_slice(Transport& transport, size_t turn_left, size_t& sent);
  // How much of the slice from `from` on is in the page cache, as far as a sendfile could take it.
  size_t warm_bytes(const storage::FileSlice& slice, size_t from);
  void advance(size_t count);
  bool more_follows(size_t slice_bytes) const;
  Status failed(std::string why);

  std::deque<Response> replies_;
  std::vector<metrics::ReplyMark> sent_;
  // In replies_.front(); `reply` stays 0.
  Cursor at_;
  // The slice that is being sent is warm up to here, counted from its start.
  size_t warm_until_ = 0;
  int64_t now_s_ = 0;
  size_t frame_bytes_ = 0;
  // Set when the kernel will not sendfile from this kind of file.
  bool sendfile_refused_ = false;
  std::string failure_;
};

}  // namespace klamm::broker::net
