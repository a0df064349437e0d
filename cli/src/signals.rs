//! SIGINT and SIGTERM: the first ends the run in order, the second at once. SIGUSR1
//! asks for a crash dump.

use signal_hook::consts::{SIGINT, SIGTERM, SIGUSR1};
use signal_hook::iterator::{Handle, Signals};
use vmm::vm::{Stop, Stopper};

use crate::dump;

/// Watches as long as it lives.
pub(crate) struct Watch(Option<Handle>);

/// Ends the run when a signal asks for it.
pub(crate) fn watch(stopper: Stopper) -> Watch {
    // Without a watch the system's own reaction stays: the process ends.
    let Ok(mut signals) = Signals::new([SIGINT, SIGTERM, SIGUSR1]) else {
        return Watch(None);
    };
    let handle = signals.handle();
    std::thread::spawn(move || {
        let mut asked = false;
        for signal in signals.forever() {
            if signal == SIGUSR1 {
                dump::write("asked for by SIGUSR1");
                continue;
            }
            if asked {
                std::process::exit(128 + signal);
            }
            asked = true;
            stopper.stop(if signal == SIGINT {
                Stop::Interrupt
            } else {
                Stop::Terminate
            });
        }
    });
    Watch(Some(handle))
}

impl Drop for Watch {
    fn drop(&mut self) {
        if let Some(handle) = &self.0 {
            handle.close();
        }
    }
}
