use std::process::ExitCode;

use personas::Code;

use crate::command::Explain;
use crate::{Failure, print};

impl Explain {
    pub(crate) fn run(self) -> Result<ExitCode, Failure> {
        let Some(code) = self.code else {
            let width = Code::ALL.iter().map(|code| code.name().len()).max().unwrap_or_default();
            let list =
                Code::ALL.iter().map(|code| format!("{code:width$}  {:7}  {}\n", code.severity(), code.summary()));
            print(&list.collect::<String>())?;
            return Ok(ExitCode::SUCCESS);
        };
        print(code.explanation())?;
        Ok(ExitCode::SUCCESS)
    }
}
