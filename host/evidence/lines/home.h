// Home: a log's folder, open for recording: disk, log, keyring and recorder in one.
#pragma once

#include <memory>
#include <string>

#include "host/evidence/recorder/recorder.h"

namespace remit::evidence {

struct Home {
    std::unique_ptr<Disk> disk;
    std::unique_ptr<Log> log;
    std::unique_ptr<Keyring> keyring;
    std::unique_ptr<Recorder> recorder;

    /// Ends the sessions that can be ended, and the log.
    DiskStatus close();
};

/// Opens the log in `folder`, or makes one where there is none. `origin` names a log that is made, and must be the name of one that is
/// there; empty: any, and a new one is `remit.local/` and the folder's name. Failures name the folder.
Result<Home> open_home(const std::string& folder, const std::string& origin);

}  // namespace remit::evidence
