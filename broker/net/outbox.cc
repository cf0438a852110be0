#include "broker/net/outbox.h"

#include <errno.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "base/check.h"

namespace klamm::broker::net {
namespace {

constexpr size_t kPiecesMax = 64;

}  // namespace

struct Outbox::Gathered {
  std::array<iovec, kPiecesMax> pieces;
  size_t count = 0;
  size_t bytes = 0;
  // Something is behind the gathered pieces.
  bool more = false;
  // The first piece is a slice whose bytes cannot be had without waiting.
  bool cold = false;

  void add(const uint8_t* from, size_t size) {
    pieces[count++] = {const_cast<uint8_t*>(from), size};
    bytes += size;
  }
};

void Outbox::push(Response response) {
  CHECK(response.splices.size() == response.slices.size());
  if (response.silent && !response.close) {
    sent_.push_back(response.mark);
    return;
  }
  frame_bytes_ += response.frame.size();
  replies_.push_back(std::move(response));
}

Outbox::Status Outbox::flush(Transport& transport, std::span<uint8_t> scratch, size_t turn_bytes_max,
                             int64_t now_ms, uint64_t& sent) {
  now_s_ = now_ms / 1000;
  size_t sent_now = 0;
  Status status = Status::kYield;
  while (status == Status::kYield) {
    if (!settle()) {
      status = replies_.empty() ? Status::kEmpty : Status::kEnd;
      break;
    }
    if (sent_now >= turn_bytes_max) break;
    const Response& first = replies_.front();
    bool by_file = at_slice(first, at_) &&
                   !copies(transport, first.slices[at_.slice], first.slices[at_.slice].size - at_.slice_at);
    status = by_file ? send_slice(transport, turn_bytes_max - sent_now, sent_now)
                     : send_gathered(transport, scratch, sent_now);
  }
  sent += sent_now;
  return status;
}

bool Outbox::settle() {
  while (!replies_.empty()) {
    const Response& first = replies_.front();
    while (at_slice(first, at_) && first.slices[at_.slice].size == 0) skip(first, at_, 0);
    if (at_slice(first, at_) || !frame_piece(first, at_).empty()) return true;
    if (first.close) return false;
    frame_bytes_ -= first.frame.size();
    sent_.push_back(first.mark);
    replies_.pop_front();
    at_ = {};
    warm_until_ = 0;
  }
  return false;
}

std::span<const uint8_t> Outbox::frame_piece(const Response& response, const Cursor& at) {
  size_t end =
      at.slice < response.splices.size() ? response.splices[at.slice].position : response.frame.size();
  return {response.frame.data() + at.frame_at, end - at.frame_at};
}

bool Outbox::at_slice(const Response& response, const Cursor& at) {
  return at.slice < response.splices.size() && response.splices[at.slice].position == at.frame_at;
}

// `count` bytes of the piece at which `at` stands are done with.
void Outbox::skip(const Response& response, Cursor& at, size_t count) {
  if (!at_slice(response, at)) {
    at.frame_at += count;
    return;
  }
  at.slice_at += count;
  if (at.slice_at < response.slices[at.slice].size) return;
  ++at.slice;
  at.slice_at = 0;
}

bool Outbox::copies(const Transport& transport, const storage::FileSlice& slice, size_t left) const {
  return left < kSmallSlice || sendfile_refused_ || !transport.can_send_files() ||
         slice.file->descriptor() < 0;
}

void Outbox::gather(const Transport& transport, std::span<uint8_t> scratch, Gathered& out) {
  Cursor at = at_;
  for (; at.reply < replies_.size(); at = {.reply = at.reply + 1}) {
    const Response& response = replies_[at.reply];
    while (true) {
      bool slice = at_slice(response, at);
      std::span<const uint8_t> bytes = slice ? std::span<const uint8_t>{} : frame_piece(response, at);
      if (!slice && bytes.empty()) break;
      out.more = true;
      if (out.count == kPiecesMax) return;
      if (slice) {
        const storage::FileSlice& from = response.slices[at.slice];
        size_t left = from.size - at.slice_at;
        if (scratch.empty() || !copies(transport, from, left)) return;
        bool first = out.count == 0;
        size_t size = std::min(left, scratch.size());
        bool warm = first && at.slice_at < warm_until_;
        if (warm) size = std::min(size, warm_until_ - at.slice_at);
        if (left > 0) size = read_slice(from, at.slice_at, scratch.subspan(0, size), warm);
        if (size == 0 && left > 0) {
          out.cold = first;
          return;
        }
        bytes = scratch.subspan(0, size);
        scratch = scratch.subspan(size);
      }
      if (!bytes.empty()) out.add(bytes.data(), bytes.size());
      skip(response, at, bytes.size());
    }
    if (response.close) break;
  }
  out.more = false;
}

size_t Outbox::read_slice(const storage::FileSlice& slice, size_t from, std::span<uint8_t> into, bool warm) {
  int file = slice.file->descriptor();
  uint64_t position = slice.position + from;
  if (file < 0 || warm) {
    auto read = slice.file->file().read_at(position, into);
    if (!read) failed(read.error().what);
    if (read && *read == 0) failed("a file ends before the bytes that were promised of it");
    return read ? *read : 0;
  }
  iovec piece{into.data(), into.size()};
  ssize_t read = preadv2(file, &piece, 1, static_cast<off_t>(position), RWF_NOWAIT);
  return read > 0 ? static_cast<size_t>(read) : 0;
}

Outbox::Status Outbox::send_gathered(Transport& transport, std::span<uint8_t> scratch, size_t& sent) {
  Gathered gathered;
  gather(transport, scratch, gathered);
  if (!failure_.empty()) return Status::kFailed;
  if (gathered.cold) return Status::kCold;
  CHECK(gathered.count > 0);
  Moved moved = transport.write({gathered.pieces.data(), gathered.count}, gathered.more);
  if (moved.would_block()) return Status::kBlocked;
  if (!moved.ok()) return Status::kFailed;
  sent += moved.bytes;
  advance(moved.bytes);
  return moved.bytes < gathered.bytes ? Status::kBlocked : Status::kYield;
}

Outbox::Status Outbox::send_slice(Transport& transport, size_t turn_left, size_t& sent) {
  const storage::FileSlice& slice = replies_.front().slices[at_.slice];
  if (at_.slice_at >= warm_until_) {
    size_t warm = warm_bytes(slice, at_.slice_at);
    if (warm == 0) return Status::kCold;
    warm_until_ = at_.slice_at + warm;
  }
  size_t size = std::min(warm_until_ - at_.slice_at, std::max(turn_left, kProbeStep));
  Moved moved =
      transport.send_file(slice.file->descriptor(), slice.position + at_.slice_at, size, more_follows(size));
  if (moved.would_block()) return Status::kBlocked;
  if (moved.error == EINVAL || moved.error == ENOSYS) {
    sendfile_refused_ = true;
    return Status::kYield;
  }
  if (moved.error == EIO) return failed("reading a log file failed (EIO)");
  if (!moved.ok()) return Status::kFailed;
  if (moved.bytes == 0) return failed("a file ends before the bytes that were promised of it");
  sent += moved.bytes;
  advance(moved.bytes);
  return moved.bytes < size ? Status::kBlocked : Status::kYield;
}

// The last byte of each step: the pages before it came into the cache together. The first page of a slice has
// just been read by who found the batch there.
size_t Outbox::warm_bytes(const storage::FileSlice& slice, size_t from) {
  uint8_t byte;
  std::span<uint8_t> into{&byte, 1};
  size_t end = std::min<size_t>(slice.size, from + kSendfileMax);
  storage::WarmBlocks& found = slice.file->warm();
  if (found.hold(slice.position + from, slice.position + end, now_s_)) return end - from;
  size_t warm = from;
  while (warm < end) {
    size_t next = std::min(warm + kProbeStep, end);
    if (read_slice(slice, next - 1, into, false) == 0) break;
    if (warm == from) found.note(slice.position + from, now_s_);
    found.note(slice.position + next - 1, now_s_);
    warm = next;
  }
  return warm - from;
}

void Outbox::advance(size_t count) {
  while (count > 0) {
    const Response& first = replies_.front();
    bool slice = at_slice(first, at_);
    size_t left = slice ? first.slices[at_.slice].size - at_.slice_at : frame_piece(first, at_).size();
    size_t step = std::min(left, count);
    size_t slices_before = at_.slice;
    skip(first, at_, step);
    if (at_.slice != slices_before) warm_until_ = 0;
    count -= step;
    // What is left to skip belongs to the next reply when this one has nothing more.
    if (count > 0) settle();
  }
}

bool Outbox::more_follows(size_t slice_bytes) const {
  const Response& first = replies_.front();
  return at_.slice_at + slice_bytes < first.slices[at_.slice].size || at_.frame_at < first.frame.size() ||
         at_.slice + 1 < first.slices.size() || (replies_.size() > 1 && !first.close);
}

storage::FileSlice Outbox::cold() const {
  const storage::FileSlice& slice = replies_.front().slices[at_.slice];
  return {slice.file, slice.position + at_.slice_at,
          static_cast<uint32_t>(std::min(kColdPiece, slice.size - at_.slice_at))};
}

void Outbox::warmed() { warm_until_ = at_.slice_at + cold().size; }

Outbox::Status Outbox::failed(std::string why) {
  failure_ = std::move(why);
  return Status::kFailed;
}

}  // namespace klamm::broker::net
