// DeclaredReader: reads the directory of manifests, and the passwords of its users. A mounted ConfigMap is
// such a directory, and mounted Secrets are folders in that of secrets.
//
// Blocks: on a worker, one read at a time. What has not changed since the last read is not worked out again.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "base/random.h"
#include "broker/config/declared_config.h"
#include "broker/declared/manifest.h"
#include "broker/declared/passwords.h"
#include "broker/metadata/cluster_image.h"
#include "storage/disk.h"

namespace klamm::broker {

struct Declared {
  std::string problem;  // why the directory cannot be read: then nothing is known, and nothing to be done
  Manifests manifests;
  CheckedPasswords passwords;  // of the users with SCRAM
};

class DeclaredReader {
 public:
  // `disk` and `random` outlive it.
  DeclaredReader(storage::Disk& disk, Random& random, DeclaredConfig config)
      : disk_(disk), random_(random), config_(std::move(config)) {}

  // `image`: with whose credentials passwords are compared. A user of no credential and no password has one
  // made, in the folder of secrets.
  Declared read(const ClusterImage& image);

 private:
  // A password that was compared, and what came of it.
  struct Known {
    std::string password;
    CheckedPassword checked;
  };

  Result<std::map<std::string, std::string>, Failure> read_files();
  CheckedPassword check(const DeclaredUser& user, const ScramCredential* credential);
  CheckedPassword check_own(const DeclaredUser& user, const ScramCredential* credential);
  CheckedPassword compare_known(const DeclaredUser& user, const std::string& password,
                                const ScramCredential* credential);
  Result<std::string, Failure> read_password(const std::string& path);
  Result<std::string, Failure> make_password(const std::string& folder, const std::string& path);

  storage::Disk& disk_;
  Random& random_;
  const DeclaredConfig config_;
  std::map<std::string, std::string> files_;  // as they were read last, by their names
  Manifests manifests_;                       // that they hold
  std::map<std::string, Known> known_;        // by user
};

}  // namespace klamm::broker
