//! Writes files as it is told, line by line, and answers each line when it is done: the process that
//! the tests of power cuts kill. Fails at once when it is told something it cannot do.

use std::collections::HashMap;
use std::error::Error;
use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, Write};
use std::os::unix::fs::FileExt;

type Files = HashMap<String, File>;

fn main() -> Result<(), Box<dyn Error>> {
    let mut files = Files::new();
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let words: Vec<&str> = line.split(' ').collect();
        obey(&mut files, &words).map_err(|error| format!("{line}: {error}"))?;
        let mut out = std::io::stdout().lock();
        writeln!(out, "done")?;
        out.flush()?;
    }
    Ok(())
}

fn obey(files: &mut Files, words: &[&str]) -> Result<(), Box<dyn Error>> {
    let open = |name: &str| files.get(name).ok_or("it is not open");
    match words {
        ["open", name] => {
            let mut options = OpenOptions::new();
            let file = options
                .read(true)
                .write(true)
                .create(true)
                .truncate(false)
                .open(name)?;
            files.insert((*name).to_owned(), file);
        }
        ["empty", name] => drop(files.insert((*name).to_owned(), File::create(name)?)),
        ["close", name] => drop(files.remove(*name).ok_or("it is not open")?),
        ["at", name, offset, text] => open(name)?.write_all_at(text.as_bytes(), offset.parse()?)?,
        ["append", name, text] => open(name)?.write_all(text.as_bytes())?,
        ["truncate", name, length] => open(name)?.set_len(length.parse()?)?,
        ["sync-data", name] => open(name)?.sync_data()?,
        ["sync-all", name] => open(name)?.sync_all()?,
        ["rename", from, to] => fs::rename(from, to)?,
        ["remove", name] => fs::remove_file(name)?,
        _ => return Err("no such order".into()),
    }
    Ok(())
}
