// The cluster's metadata as this node's handlers see it: the latest image that has been published here.
#pragma once

#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <memory>
#include <utility>

#include "broker/metadata/cluster_image.h"

namespace klamm::broker {

// A published snapshot: handlers take the pointer once per request and see one state of the cluster
// throughout.
class PublishedImage {
 public:
  PublishedImage() : image_(std::make_shared<ClusterImage>()) {}

  std::shared_ptr<const ClusterImage> get() const {
    absl::ReaderMutexLock lock(&mutex_);
    return image_;
  }
  void publish(std::shared_ptr<const ClusterImage> image) {
    absl::MutexLock lock(&mutex_);
    image_.swap(image);
    is_known_ = true;
  }
  // Whether one has been published: until then get() gives an empty cluster, and nobody can be authorized by
  // it.
  bool is_known() const {
    absl::ReaderMutexLock lock(&mutex_);
    return is_known_;
  }

 private:
  mutable absl::Mutex mutex_;
  std::shared_ptr<const ClusterImage> image_ ABSL_GUARDED_BY(mutex_);
  bool is_known_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace klamm::broker
