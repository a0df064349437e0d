const say = (text) => console.log(text);
const ensure = (body, last) => { try { return body(); } finally { last(); } };
const job = {
  normal() { return ensure(() => { say("work"); return "done"; }, () => say("always")); },
  returning() { try { say("work"); return "returned"; } finally { say("always"); } },
  curtailed(early) {
    let fine = false;
    try { if (early) return "early"; fine = true; return "late"; } finally { if (!fine) say("curtailed"); }
  },
  nested() {
    for (let i = 1; i <= 3; i++) {
      try {
        try { if (i === 2) return `left in turn ${i}`; say(`turn ${i}`); } finally { say(`inner ${i}`); }
      } finally { say(`outer ${i}`); }
    }
    return "not here";
  },
  deep(n, block) {
    if (n === 0) return block();
    try { return this.deep(n - 1, block); } finally { say(`level ${n}`); }
  },
  deeply() {
    const home = {};
    try { this.deep(3, () => { throw home; }); } catch (e) { if (e === home) return "from the depth"; throw e; }
    return "not here";
  },
  failing() { try { throw Error("broken"); } finally { say("cleaned up"); } },
  overtaken() { try { return "first"; } finally { return "second"; } },
  swallowed() { try { throw Error("lost"); } finally { return "no error"; } },
  broken() {
    try { try { return "first"; } finally { throw Error("on the way"); } } catch (e) { return `caught ${e.message}`; }
  },
  passing() { try { return "passed"; } catch (e) { return "caught"; } },
  loop() {
    let n = 0;
    for (;;) { try { n++; if (n === 3) break; } finally { say(`round ${n}`); } }
    return n;
  },
};
say(job.normal());
say(job.returning());
say(job.curtailed(true));
say(job.curtailed(false));
say(job.nested());
say(job.deeply());
try { job.failing(); } catch (e) { say(`caught ${e.message}`); }
say(job.overtaken());
say(job.swallowed());
say(job.broken());
say(job.passing());
say(job.loop());
