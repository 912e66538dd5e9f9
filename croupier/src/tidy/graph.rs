//! Packages and what they depend on.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Which package depends on which, by name. Members are those of this project. Dependencies of
/// tests alone are left out.
#[derive(Debug, Default)]
pub(super) struct Graph {
    pub(super) dependencies: BTreeMap<String, BTreeSet<String>>,
    pub(super) members: BTreeSet<String>,
    /// Those of them that lie in `apps`.
    pub(super) fragments: BTreeSet<String>,
}

impl Graph {
    /// The shortest path from one package to another: `gateway → reqwest → web-sys`.
    pub(super) fn path(&self, from: &str, to: &str) -> Option<Vec<&str>> {
        let (start, _) = self.dependencies.get_key_value(from)?;
        let mut came_from: BTreeMap<&str, &str> = BTreeMap::new();
        let mut pending = VecDeque::from([start.as_str()]);
        while let Some(package) = pending.pop_front() {
            if package == to {
                let mut path = vec![package];
                while let Some(before) = path.last().filter(|last| **last != from).and_then(|last| came_from.get(last))
                {
                    path.push(before);
                }
                path.reverse();
                return Some(path);
            }
            for dependency in self.dependencies.get(package).into_iter().flatten() {
                if dependency != from && !came_from.contains_key(dependency.as_str()) {
                    came_from.insert(dependency, package);
                    pending.push_back(dependency);
                }
            }
        }
        None
    }

    /// A graph from lines like `gateway: axum contract`.
    #[cfg(test)]
    pub(super) fn of(members: &[&str], lines: &[&str]) -> Self {
        let mut graph = Self { members: members.iter().map(ToString::to_string).collect(), ..Self::default() };
        for line in lines {
            let (package, dependencies) = line.split_once(':').unwrap();
            graph.dependencies.insert(package.to_owned(), dependencies.split_whitespace().map(str::to_owned).collect());
        }
        graph
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shortest_path_is_found_and_cycles_end() {
        let graph = Graph::of(&[], &["a: b c", "b: d a", "c: e", "d: e", "e:"]);
        assert_eq!(graph.path("a", "e").unwrap(), ["a", "c", "e"]);
        assert_eq!(graph.path("e", "a"), None);
        assert_eq!(graph.path("nobody", "a"), None);
    }
}
