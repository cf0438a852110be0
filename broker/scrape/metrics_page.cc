#include "broker/scrape/metrics_page.h"

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "broker/metrics/gzip_stream.h"
#include "broker/metrics/negotiation.h"
#include "broker/scrape/declared_page.h"
#include "broker/scrape/groups_section.h"
#include "broker/scrape/partitions_section.h"
#include "broker/scrape/pushed_section.h"
#include "broker/scrape/requests_section.h"
#include "broker/scrape/topics_section.h"

namespace klamm::broker {
namespace {

using scrape::Exposition;
using scrape::Progress;
using scrape::Section;
using scrape::ShortSection;

}  // namespace

// One scrape: its sections, one after the other.
class MetricsPage::Scrape final : public AdminSlices {
 public:
  Scrape(const scrape::Basics& basics, std::shared_ptr<const Attached> attached,
         std::shared_ptr<scrape::Kept> kept, metrics::Format format, bool zips)
      : attached_(std::move(attached)),
        kept_(std::move(kept)),
        clock_(basics.clock),
        begun_us_(clock_.monotonic_us()),
        out_(format) {
    ++kept_->scrapes;
    if (zips) gzip_.emplace();
    add([&basics, this](Exposition& out) { scrape::write_process(basics, *kept_, out); });
    if (attached_ != nullptr) add_node();
  }
  ~Scrape() override { --kept_->scrapes; }

  Step next(std::string& slice) override {
    if (at_ == sections_.size()) return Step::kEnd;
    const Progress progress = sections_[at_]->write(out_);
    if (progress == Progress::kDone) sections_[at_++].reset();
    if (at_ == sections_.size()) {
      out_.end();
      kept_->last_us = clock_.monotonic_us() - begun_us_;
      give(slice);
      if (gzip_) gzip_->finish(slice);
      return Step::kEnd;
    }
    const bool waits = progress == Progress::kWait;
    if (out_.size() >= scrape::kSliceBytes || (waits && out_.size() > 0)) give(slice);
    return waits && slice.empty() ? Step::kWait : Step::kMore;
  }

 private:
  void add(std::function<void(Exposition&)> writes) {
    sections_.push_back(std::make_unique<ShortSection>(std::move(writes)));
  }

  const NodeView& node() const { return attached_->node; }
  const NetView& net() const { return attached_->net; }

  void add_node() {
    // First, so that where logs elsewhere end is known when it comes to be told.
    auto groups = std::make_unique<scrape::GroupsSection>(node());
    add([this](Exposition& out) { scrape::write_identity(node(), out); });
    add([this](Exposition& out) { scrape::write_memory(net(), out); });
    add([this](Exposition& out) { scrape::write_loops(net(), clock_, *kept_, out); });
    add([this](Exposition& out) { scrape::write_connections(net(), clock_, *kept_, out); });
    add([this](Exposition& out) { scrape::write_logs(node(), *kept_, out); });
    add([this](Exposition& out) { scrape::write_controller(node(), *kept_, out); });
    add([this](Exposition& out) { scrape::write_quorum(node(), *kept_, out); });
    add([this](Exposition& out) { scrape::write_metadata(node(), out); });
    add([this](Exposition& out) { scrape::write_declared(node().declared.get().get(), out); });
    sections_.push_back(std::make_unique<scrape::RequestsSection>(net(), clock_, *kept_));
    if (!node().config.is_broker) return;
    add([this](Exposition& out) { scrape::write_telemetry(node(), out); });
    sections_.push_back(std::make_unique<scrape::TopicsSection>(node(), *kept_));
    sections_.push_back(std::make_unique<scrape::PartitionsSection>(node(), *kept_));
    sections_.push_back(std::move(groups));
    sections_.push_back(std::make_unique<scrape::PushedSection>(node().pushed));
  }

  // What has been written, as it is sent.
  void give(std::string& slice) {
    std::string text = out_.take();
    if (gzip_) {
      gzip_->add(text, slice);
    } else if (slice.empty()) {
      slice = std::move(text);
    } else {
      slice += text;
    }
  }

  const std::shared_ptr<const Attached> attached_;  // null before the node is loaded
  const std::shared_ptr<scrape::Kept> kept_;
  const Clock& clock_;
  const int64_t begun_us_;
  Exposition out_;
  std::optional<metrics::GzipStream> gzip_;
  std::vector<std::unique_ptr<Section>> sections_;
  size_t at_ = 0;
};

void MetricsPage::attach(const NodeView& node, const NetView& net) {
  auto attached = std::make_shared<const Attached>(Attached{node, net});
  absl::MutexLock lock(&mutex_);
  attached_ = std::move(attached);
}

std::shared_ptr<const MetricsPage::Attached> MetricsPage::attached() const {
  absl::MutexLock lock(&mutex_);
  return attached_;
}

std::shared_ptr<const NodeView> MetricsPage::node() const {
  const auto found = attached();
  return found ? std::shared_ptr<const NodeView>(found, &found->node) : nullptr;
}

AdminAnswer MetricsPage::answer(const AdminRequest& request) {
  AdminAnswer answer;
  if (kept_->scrapes >= kScrapesMax) {
    answer.status = 503;
    answer.body = "too many scrapes are under way\n";
    return answer;
  }
  const metrics::Format format = metrics::format_for(request.accept);
  const bool zips = metrics::takes_gzip(request.accept_encoding);
  answer.content_type = metrics::content_type_of(format);
  if (zips) answer.content_encoding = "gzip";
  answer.slices = std::make_unique<Scrape>(basics_, attached(), kept_, format, zips);
  return answer;
}

}  // namespace klamm::broker
