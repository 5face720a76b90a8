//! Who descends from a process. PostgreSQL puts each of its children into a session of its own, so that the process group
//! does not say it.

use std::collections::BTreeSet;
use std::fs;
use std::io;

use rustix::process::Pid;

/// A process, as `/proc` describes it.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) pid: Pid,
    state: char,
    parent: i32,
    group: i32,
}

impl Member {
    /// Neither stopped nor dead.
    pub(super) fn runs(&self) -> bool {
        !matches!(self.state, 'T' | 't' | 'Z' | 'X')
    }

    fn number(&self) -> i32 {
        self.pid.as_raw_nonzero().get()
    }

    /// From `/proc/…/stat`: `17 (any name) S 1 17 …`.
    fn parse(stat: &str) -> Option<Self> {
        let (number, rest) = stat.split_once(' ')?;
        let mut fields = rest.rsplit_once(')')?.1.split_ascii_whitespace();
        Some(Self {
            pid: Pid::from_raw(number.parse().ok()?)?,
            state: fields.next()?.chars().next()?,
            parent: fields.next()?.parse().ok()?,
            group: fields.next()?.parse().ok()?,
        })
    }
}

/// The leader of a process group, the others in it, and all that descend from these.
pub(super) fn of(leader: Pid) -> io::Result<Vec<Member>> {
    let mut others: Vec<_> = fs::read_dir("/proc")?
        .flatten()
        // Many of the entries are no processes, and a process may end meanwhile.
        .filter_map(|entry| Member::parse(&fs::read_to_string(entry.path().join("stat")).ok()?))
        .collect();
    let leader = leader.as_raw_nonzero().get();
    let mut known = BTreeSet::from([leader]);
    let mut family = Vec::new();
    loop {
        let found: Vec<_> = others
            .extract_if(.., |other| {
                other.number() == leader || other.group == leader || known.contains(&other.parent)
            })
            .collect();
        if found.is_empty() {
            return Ok(family);
        }
        known.extend(found.iter().map(Member::number));
        family.extend(found);
    }
}

/// Nobody has this number, or it waits only for being counted as dead by its parent.
pub(super) fn is_gone(pid: Pid) -> bool {
    match fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero())) {
        Ok(stat) => Member::parse(&stat).is_none_or(|member| matches!(member.state, 'Z' | 'X')),
        Err(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_process_whose_name_is_misleading() {
        let member = Member::parse("17 (a) b (c) T 1 9 9 0 -1").unwrap();
        assert_eq!((member.number(), member.parent, member.group), (17, 1, 9));
        assert!(!member.runs());
        assert!(Member::parse("17 (a").is_none());
    }
}
