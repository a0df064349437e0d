//! Every bound of the machine, in one place.
//!
//! Each constant names its unit, what happens when it is met, and why it is
//! what it is. Bounds that a host may configure are the defaults of the
//! configuration types that name them.

/// Functions a class may hold. Reached: the class is refused.
/// Why: a function index fits 16 bits in every table.
pub const FUNCTIONS_MAX: usize = 65_535;

/// Constants a class may hold. Reached: the class is refused.
pub const CONSTANTS_MAX: usize = 65_535;

/// Patterns a class may hold. Reached: the class is refused.
pub const PATTERNS_MAX: usize = 65_535;

/// Registers a frame may have, captures and arguments included.
/// Reached: the class is refused. Why: an operand of an internal operation has 16 bits.
pub const REGISTERS_MAX: u32 = 65_535;

/// Arms a `match` may have. Reached: the class is refused.
pub const MATCH_ARMS_MAX: usize = 65_535;

/// Instructions a class may hold in all. Reached: the class is refused.
pub const INSTRUCTIONS_MAX: usize = 1 << 24;

/// Deepest nesting of a constant or a pattern, in levels. Reached: the class
/// is refused. Why: bounds the work list of everything that walks them.
pub const NESTING_MAX: usize = 64;

/// Bytes of one string or byte constant. Reached: the class is refused.
pub const STRING_BYTES_MAX: usize = 16 << 20;

/// Bytes of a class file. Reached: the class is refused.
pub const CLASS_BYTES_MAX: usize = 64 << 20;

/// Bytes of memory that a class may take once it is read. Reached: the class
/// is refused. Why: one byte of a file can stand for fifty in memory, and one
/// pooled pattern for many arms; the most that honest code needs is
/// [`INSTRUCTIONS_MAX`] instructions of 64 bytes.
pub const CLASS_MEMORY_MAX: usize = 1 << 30;

/// Distinct texts a class may hold: names, strings, atoms. Reached: the class
/// is refused. Why: as many as the machine may have atoms.
pub const TEXTS_MAX: usize = 1 << 20;

/// Bytes of an atom, and of every other name inside a class. Reached: the
/// class is refused. Why: atoms are never freed.
pub const NAME_BYTES_MAX: usize = 4096;

/// Bytes of an integer constant. Reached: the class is refused. Why: reading
/// and computing with one takes time that grows with the square of its size.
pub const INTEGER_BYTES_MAX: usize = 1 << 16;

/// Bytes of the name of a magic method. Reached: the class is refused. Why:
/// names of one object are compared with each other.
pub const MAGIC_BYTES_MAX: usize = 128;

/// Handlers of one function. Reached: the class is refused.
pub const HANDLERS_MAX: usize = 65_535;

/// Items of one operand list: arguments, captures, elements, properties.
/// Reached: the class is refused. Why: no frame holds more arguments.
pub const OPERANDS_MAX: usize = 65_535;

/// Parts of all distinct constants and patterns of a class, counted as trees.
/// Reached: the class is refused. Why: bounds everything that walks them,
/// also when parts are shared.
pub const PARTS_MAX: usize = 1 << 24;

/// Problems that a judge of a text or class reports. Further ones are counted.
pub const DIAGNOSTICS_MAX: usize = 100;

/// Budget of a turn in parallel mode, in reductions.
pub const TIMESLICE_PARALLEL: u32 = 4000;

/// Signals that a process which ends sends in a row, and messages that it drops,
/// before others run. Why: about as long as a turn in parallel mode.
pub const CLOSING_STEP: usize = 1000;

/// Bytes of a process's label. Why: it is for one line of a report.
pub const LABEL_BYTES_MAX: usize = 1000;

/// Words that work on whole values looks at for one reduction: equality, order,
/// hash, text, copies, collections. Why: a reduction is a call or a trip round
/// a loop, about 16 ns; a word copied costs 2 ns, compared or hashed 3 to 5.
/// What costs more says that it has walked more.
pub const WORDS_PER_REDUCTION: usize = 8;

/// Words that one operation walks in a turn; a larger one is left off and gone on
/// with in the process's next turn. Why: as long as a turn in parallel mode.
pub const WALK_WORDS: usize = TIMESLICE_PARALLEL as usize * WORDS_PER_REDUCTION;

/// [`WALK_WORDS`] where everything is tried at every chance. Why: walks of
/// tests are left off, too.
pub const WALK_WORDS_ZEAL: usize = 64;

/// Budget of a turn in stepped mode, in public instructions.
pub const TIMESLICE_STEPPED: u32 = 3;

/// Memory of one process in bytes: heap (both spaces during a collection),
/// stack, external bytes. Reached: `:memory_limit` or `:stack_overflow` is
/// raised in the process.
pub const PROCESS_MEMORY_BYTES: usize = 1 << 30;

/// Processes alive at once. Reached: `spawn` raises `:limit`.
pub const PROCESSES_MAX: usize = 1 << 21;

/// Atoms of the whole machine. Reached: the class is refused, or what asked
/// for the atom raises `:limit`. Why: atoms are never freed.
pub const ATOMS_MAX: usize = 1 << 20;

/// Texts of all atoms together, in bytes. Reached: as [`ATOMS_MAX`].
pub const ATOM_BYTES_MAX: usize = 64 << 20;

/// Shapes of the whole machine. Reached: objects of new layouts keep tables of
/// their own. Why: shapes are never freed.
pub const SHAPES_MAX: usize = 1 << 20;

/// Names in the lists of all shapes together. Reached: as [`SHAPES_MAX`].
pub const SHAPE_KEYS_MAX: usize = 1 << 23;

/// Properties of an object that has a shape. Beyond, the object keeps a table
/// of its own. Why: an object with that many is used as a dictionary.
pub const SHAPE_SLOTS_MAX: usize = 1024;

/// The machine's read-only area, in bytes: constants, and what `share` moves
/// there. Reached: the class is refused, or `share` raises `:limit`. Why: it is
/// never freed.
pub const SHARED_BYTES_MAX: usize = 1 << 30;

/// One string, bytes, array or tuple that an operator or a native makes, in
/// bytes. Reached: `:limit` is raised before anything is allocated. Why: an
/// object's length has 28 bits, and a mistyped count should not cost a second.
pub const VALUE_BYTES_MAX: usize = 256 << 20;

/// Size of an integer that an operator makes, in bits. Reached: `:limit` is
/// raised before it is computed. Why: products, quotients and powers take more
/// than linear time and are computed in one piece; at this size the longest of
/// them takes about 100 million machine instructions, some tens of milliseconds.
pub const INTEGER_BITS_MAX: u64 = 1 << 20;

/// Globals of all classes of a machine. Reached: the class is refused. Why:
/// their numbers are never given again.
pub const GLOBALS_MAX: usize = 1 << 20;

/// Memory of all code of a machine, in bytes, all versions of a class
/// together. Reached: the class is refused. Why: functions are never freed.
pub const CODE_BYTES_MAX: usize = 1 << 30;

/// Longest prototype chain, in objects. Reached: `:bad_prototype` is raised.
/// Why: every property that is missing walks it.
pub const PROTOTYPES_MAX: usize = 1000;

/// Callable values that may stand for each other in one call: objects whose
/// `__call__` is an object, natives that hand over to natives. Reached:
/// `:not_callable`. Why: each is looked at without a frame to charge.
pub const CALLABLES_MAX: usize = 64;

/// Parts of a value that its hash looks at, sharing not considered. Beyond, they do not
/// count. Why: the hash of a value with much sharing must not take for ever.
pub const HASH_STEPS_MAX: usize = 1 << 16;

/// Frames kept of a trace at either end. Further ones are counted, not kept.
pub const TRACE_FRAMES: usize = 32;

/// Characters of a value's *show* form. Beyond, it is cut with `...`.
pub const SHOW_CHARS_MAX: usize = 4096;

/// Deepest nesting of a value handed between host and machine, in levels.
/// Reached: the conversion is refused. Why: host-side trees are dropped by recursion.
pub const HOST_VALUE_DEPTH_MAX: usize = 1000;

/// Bits up to which an exact whole number is written in decimal; larger ones
/// are written in hexadecimal. Why: decimal takes time quadratic in the length.
pub const INTEGER_DECIMAL_BITS: u64 = 1 << 16;

// ---- Packages ----------------------------------------------------------------

/// Longest archive that is read.
/// Unit: bytes. Reached: the package is refused. Why: bounds the work of opening a file.
pub const PACK_ARCHIVE_BYTES: u64 = 256 << 20;

/// Most entries of an archive, folders included.
/// Unit: entries. Reached: the package is refused before its directory is read. Why: bounds
/// the memory of the directory.
pub const PACK_ENTRIES: u32 = 10_000;

/// Longest entry of an archive, unpacked.
/// Unit: bytes. Reached: the package is refused, and unpacking stops. Why: one entry is held in
/// memory whole.
pub const PACK_ENTRY_BYTES: u64 = 64 << 20;

/// All entries of an archive together, unpacked.
/// Unit: bytes. Reached: the package is refused. Why: bounds what reading everything can cost.
pub const PACK_TOTAL_BYTES: u64 = 512 << 20;

/// Largest ratio of unpacked to packed size of an entry.
/// Unit: times. Reached: the package is refused. Why: code and text pack about 10 times, a bomb
/// 1000 times.
pub const PACK_RATIO: u64 = 200;

/// Entries up to this unpacked size may have any ratio.
/// Unit: bytes. Why: a small file of zeros is harmless and packs very well.
pub const PACK_RATIO_FROM_BYTES: u64 = 1 << 20;

/// Longest name of an archive entry.
/// Unit: bytes. Reached: the package is refused. Why: names are kept in memory, and file systems
/// rarely take more.
pub const PACK_NAME_BYTES: u32 = 1024;

/// Deepest path of an archive entry.
/// Unit: segments. Reached: the package is refused. Why: bounds the walk over a package folder.
pub const PACK_NAME_DEPTH: u32 = 32;

/// Longest manifest.
/// Unit: bytes. Reached: the package is refused before the manifest is unpacked. Why: it is
/// parsed whole at every start.
pub const MANIFEST_BYTES: u64 = 1 << 20;

/// Most fields of a manifest.
/// Unit: `Key: Value` lines. Reached: the package is refused. Why: bounds what tools show.
pub const MANIFEST_FIELDS: u32 = 256;

// ---- Text from outside ---------------------------------------------------------

/// Longest name of a package, class, function or library.
/// Unit: bytes. Reached: the name is refused. Why: names appear in paths and in messages.
pub const NAME_BYTES: usize = 128;

/// Longest piece of foreign text that an error echoes.
/// Unit: characters. Reached: the rest is replaced by an ellipsis. Why: an error stays one
/// readable line whatever the file holds.
pub const ECHO_CHARS: usize = 64;

// ---- Assembly ------------------------------------------------------------------

/// Longest assembly text.
/// Unit: bytes. Reached: the text is refused. Why: places in it fit 32 bits, and its tokens are
/// held in memory, about three times its size.
pub const ASSEMBLY_BYTES_MAX: usize = 256 << 20;

// ---- Scheduling -----------------------------------------------------------------

/// New children that run in a row, newest first, before it is the turn of
/// those that were woken or yielded. Why: a tree of processes is walked branch
/// by branch, and a flood of children starves nobody.
pub const CHILDREN_IN_A_ROW: u32 = 256;

/// Woken and yielded processes that run in a row while there are children
/// that have not run yet.
pub const QUEUED_IN_A_ROW: u32 = 64;

/// Work of either of these after which it is the turn of the other, in reductions. Why: their
/// turns may be a hundred times as long as usual, and whoever is woken waits for a row of children.
pub const ROW_REDUCTIONS: u32 = 16 * TIMESLICE_PARALLEL;

/// Children that have not run yet and stand before one worker. Reached: whoever makes one more
/// ends its turn with that. Why: makers that have more turns than children would fill the table.
/// It is some 25 MB; trees of a million processes have thousands that have not run, without harm.
pub const CHILDREN_CROWD: usize = 1 << 15;

/// Work without a wait after which a process counts as busy, in reductions. Why: a turn that was
/// used up. Among a thousand that compute, each further turn before they count would
/// be a round for which all who are woken wait.
pub const BUSY_REDUCTIONS: u32 = TIMESLICE_PARALLEL;

/// What others than busy processes may work before it is the turn of a busy one, in
/// reductions. Why: as long as a turn, so that both sides get half.
pub const LINE_REDUCTIONS: u32 = TIMESLICE_PARALLEL;

/// Work of those who were told to end, after which it is the turn of another, in reductions. Why:
/// it has to be more ends than a turn can make processes, or a tree of processes would
/// grow while it ends.
pub const DYING_REDUCTIONS: u64 = 2 * TIMESLICE_PARALLEL as u64;

/// Threads that run processes. Reached: the configuration is refused. Why: who has
/// nothing to do is a bit of one word.
pub const SCHEDULERS_MAX: u32 = 64;

/// Time that the main process has to end in order when the run is to stop, in
/// nanoseconds on the run's clock. Reached: all others are told to shut down, too.
/// Why: with [`KILL_AFTER_NS`] after it a stop takes less than two seconds.
pub const STOP_AFTER_NS: u64 = 800_000_000;

/// Time that processes have to shut down after the main process failed, in
/// nanoseconds on the run's clock. Reached: they are killed.
pub const KILL_AFTER_NS: u64 = 1_000_000_000;

/// Messages that may lie before a process or be on their way to it. Reached: whoever
/// sends it one more ends its turn with that. Why: who sends faster than others take would
/// fill the memory, and what is far behind is out of the caches when it is taken.
pub const CROWD: u32 = 1024;

/// Processes that a worker gives away at once.
pub const GIFT_MAX: usize = 128;

/// What one step costs on a virtual clock, in nanoseconds: a public
/// instruction in stepped mode, a reduction otherwise.
pub const VIRTUAL_STEP_NS: u64 = 1000;

/// Work between two looks at the timers while there is work, in reductions.
/// Why: reading the system's clock costs as much as a short turn.
pub const TIMER_LOOK_REDUCTIONS: u32 = 4000;

/// Messages that are to be sent later, in all. Why: each stands in tables that all workers
/// share. Reached: setting a timer raises `:limit`.
pub const TIMERS_MAX: usize = 1 << 20;

/// Those that one process may have made. Reached: setting a timer raises `:limit`.
pub const TIMERS_OF_PROCESS_MAX: usize = 1 << 16;

/// Threads for natives that compute long or wait, of one machine. Reached: further calls
/// line up. Why: they mostly wait, so there may be many more than cores; each takes
/// some memory of the system.
pub const OFFLOAD_THREADS_MAX: usize = 64;

/// Handles that processes of a machine own at once. Reached: what would make one raises `:limit`.
pub const HANDLES_MAX: usize = 1 << 20;

/// Rights in the list that a spawner gives a child. Reached: `spawn_opts` raises `:limit`. Why:
/// each question of the child goes through the list.
pub const RIGHTS_LIST_MAX: usize = 100;

/// Calls that wait for such a thread. Reached: the call raises `:limit`. Why: each holds its
/// arguments.
pub const OFFLOAD_QUEUE_MAX: usize = 1 << 16;

/// How long such a thread stays without work, in milliseconds.
pub const OFFLOAD_IDLE_MS: u64 = 10_000;

/// Processes that a deadlock report names. Further ones are counted.
pub const DEADLOCK_NAMES_MAX: usize = 32;

/// Circles of processes that wait for each other, of which a deadlock report tells.
pub const DEADLOCK_CIRCLES_MAX: usize = 8;
