//! What can be typed: subcommands, options and their help. No work is done here.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Take an AWS role in the shell you are in
#[derive(Debug, Parser)]
#[command(name = "xrole", version, about, disable_help_subcommand = true)]
#[command(subcommand_required = false, arg_required_else_help = false)]
#[command(
    after_help = "Start here: `xrole init SHELL` prints the line for your shell's start file; `xrole list` shows your profiles."
)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Option<Command>,
}

// Deferred, so that a warm `use` builds only its own options. What is deferred overwrites a command's description
// with the doc comment of an `Args` type: those have plain comments.
#[derive(Debug, Subcommand)]
#[command(defer = true)]
pub enum Command {
    /// Put a profile's session into this shell
    Use(UseArgs),
    /// Take the session out of this shell and restore what was there before
    Unset(SnippetArgs),
    /// Mint the active session anew, asking for a code if one is needed
    Renew(RenewArgs),
    /// Run a program with a profile's session in its environment
    Exec(ExecArgs),
    /// Print a session for `credential_process` in ~/.aws/config
    CredentialProcess(CredentialProcessArgs),
    /// Print a session for a program to read
    Export(ExportArgs),
    /// Write a session into ~/.aws/credentials, for programs that know nothing else
    Write(WriteArgs),
    /// Add or change a profile in ~/.aws/config
    Configure(ConfigureArgs),
    /// Show which session this shell holds, and for how long
    Status(StatusArgs),
    /// List profiles, or every setting of one with the line it came from
    List(ListArgs),
    /// Show the calls that `use` would make, every parameter and where it came from
    Explain(ExplainArgs),
    /// Forget cached sessions
    Clear(ClearArgs),
    /// Print the hook for a shell's start file: wrapper, prompt segment, completion
    Init(InitArgs),
    /// Print the code that takes the hook out of a running shell
    Deinit(DeinitArgs),
    /// Print the completion file for a shell
    Completions(CompletionsArgs),
    /// Print the prompt segment, for tmux and prompts of your own
    Prompt(PromptArgs),
    /// Pick up a session that another terminal renewed (called by the prompt hook)
    #[command(name = "_sync", hide = true)]
    Sync(SnippetArgs),
    /// Complete a command line (called by the completion functions)
    #[command(name = "_complete", hide = true)]
    Complete(CompleteArgs),
    /// Be the credential endpoint of a program (started by `exec --server`)
    #[command(name = "_serve", hide = true)]
    Serve(ServeArgs),
    /// Tell whether stdout is read by a shell itself (called by the bash hook)
    #[command(name = "_captured", hide = true)]
    Captured(CapturedArgs),
}

/// The dialect of a snippet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ShellName {
    Bash,
    Zsh,
    Fish,
    Powershell,
    Sh,
    #[value(hide = true)]
    Json,
}

/// A shell that has a hook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum HookShell {
    Bash,
    Zsh,
    Fish,
    #[value(alias = "pwsh")]
    Powershell,
    /// Any other POSIX shell: the function alone
    Sh,
}

#[derive(Debug, Args)]
pub struct SnippetArgs {
    /// The shell to write for (default: the one that runs xrole)
    #[arg(long, value_name = "SHELL")]
    pub shell: Option<ShellName>,
}

// Options that select a profile, or describe a role that is in no file.
#[derive(Debug, Args, Default, PartialEq, Eq)]
pub struct SelectArgs {
    /// Whose credentials assume the role, when PROFILE is a role's ARN
    #[arg(long, value_name = "PROFILE")]
    pub source: Option<String>,
    /// AWS region, instead of AWS_REGION and the profile's
    #[arg(long)]
    pub region: Option<String>,
    /// How long the session shall last, in seconds or as 45m, 4h (15 m to 12 h)
    #[arg(long, value_name = "TIME")]
    pub duration: Option<String>,
    /// External id that the role's trust policy asks for
    #[arg(long, value_name = "ID")]
    pub external_id: Option<String>,
    /// MFA device: its ARN, or a hardware device's number
    #[arg(long, value_name = "ARN")]
    pub mfa_serial: Option<String>,
    /// Name of the session in CloudTrail (default: your user name)
    #[arg(long, value_name = "NAME")]
    pub session_name: Option<String>,
}

// Where a code comes from, if one is needed.
#[derive(Debug, Args, Default)]
pub struct CodeArgs {
    /// The code itself; other users can see it while xrole runs, so prefer --mfa-process
    #[arg(long, value_name = "CODE")]
    pub mfa_code: Option<String>,
    /// A command that prints the code, split into words, run without a shell
    #[arg(long, value_name = "COMMAND", conflicts_with = "mfa_code")]
    pub mfa_process: Option<String>,
}

#[derive(Debug, Args)]
pub struct UseArgs {
    /// Profile, role ARN, or `-` for the previous one (default: pick from a list)
    pub profile: Option<String>,
    #[command(flatten)]
    pub select: SelectArgs,
    #[command(flatten)]
    pub code: CodeArgs,
    /// No keys: programs get the session through a profile, as often as they need it
    #[arg(long)]
    pub profile_env: bool,
    /// Do not ask before a protected profile is used
    #[arg(short, long)]
    pub yes: bool,
    #[command(flatten)]
    pub snippet: SnippetArgs,
}

#[derive(Debug, Args)]
pub struct RenewArgs {
    /// Profile (default: the active one)
    pub profile: Option<String>,
    #[command(flatten)]
    pub select: SelectArgs,
    #[command(flatten)]
    pub code: CodeArgs,
    #[command(flatten)]
    pub snippet: SnippetArgs,
}

#[derive(Debug, Args)]
#[command(
    after_help = "The first word is the profile. `xrole exec -- COMMAND` takes this shell's session, \
                        else AWS_PROFILE, else `default`.\n\n\
                        With --server the program gets the address of an endpoint on 127.0.0.1 and a token instead of \
                        keys. Its AWS_PROFILE and other credentials go; a file in which `default` has credentials is \
                        hidden from it (AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE are then /dev/null), since SDKs \
                        would take those first; AWS_EC2_METADATA_DISABLED is set. Sessions are renewed 5 minutes before \
                        their end. Where that needs a code nobody is asked: the endpoint answers with the command to \
                        run in another terminal."
)]
pub struct ExecArgs {
    /// Profile or role ARN
    pub profile: Option<OsString>,
    #[command(flatten)]
    pub select: SelectArgs,
    #[command(flatten)]
    pub code: CodeArgs,
    /// Start only with this much of the session left, in seconds or as 45m; renewed if that needs no code
    #[arg(long, value_name = "TIME")]
    pub min_ttl: Option<String>,
    /// No keys: the program gets the session through a profile, as often as it needs it
    #[arg(long, conflicts_with = "server")]
    pub profile_env: bool,
    /// The same for each of these profiles, which the program sees by their names; the first is its AWS_PROFILE
    #[arg(long = "as", value_name = "PROFILE", conflicts_with = "server")]
    pub also: Vec<String>,
    /// Give it no keys but a local endpoint that renews them, for as long as it runs
    #[arg(long)]
    pub server: bool,
    /// With --server: put the endpoint's token into this new file, not into a variable
    #[arg(long, value_name = "PATH", requires = "server")]
    pub token_file: Option<PathBuf>,
    /// Do not ask before a protected profile is used
    #[arg(short, long)]
    pub yes: bool,
    /// The program and its arguments; it takes the place of xrole
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub command: Vec<OsString>,
}

#[derive(Debug, Args)]
pub struct CredentialProcessArgs {
    /// Profile or role ARN
    pub profile: String,
    #[command(flatten)]
    pub select: SelectArgs,
    #[command(flatten)]
    pub code: CodeArgs,
}

/// A form that a session can be printed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExportFormat {
    /// Lines for a POSIX shell
    Env,
    /// Lines for fish
    Fish,
    /// Lines for PowerShell
    Powershell,
    /// One object of environment variables, `null` for those to remove
    Json,
    /// NAME='VALUE' lines
    Dotenv,
    /// What `credential_process` prints
    Process,
    /// A section of ~/.aws/credentials
    Ini,
}

#[derive(Debug, Args)]
pub struct ExportArgs {
    /// Profile or role ARN (default: this shell's session, else AWS_PROFILE, else `default`)
    pub profile: Option<String>,
    /// The form to print
    #[arg(long, value_enum, default_value_t = ExportFormat::Env)]
    pub format: ExportFormat,
    /// Set the variables without exporting them to programs
    #[arg(long)]
    pub no_export: bool,
    /// Print secrets although stdout is a terminal
    #[arg(long)]
    pub print: bool,
    #[command(flatten)]
    pub select: SelectArgs,
    #[command(flatten)]
    pub code: CodeArgs,
    /// Do not ask before a protected profile is used
    #[arg(short, long)]
    pub yes: bool,
}

#[derive(Debug, Args)]
#[command(
    after_help = "The keys stand there in clear until they expire. A section that xrole did not write is left alone; \
                        the ones it wrote have the key x_xrole."
)]
#[allow(clippy::struct_excessive_bools, reason = "flags of a command line")]
pub struct WriteArgs {
    /// Profile or role ARN (default: this shell's session, else AWS_PROFILE, else `default`); with --remove also what was written
    pub profile: Option<String>,
    /// The profile to write (default: PROFILE-session)
    #[arg(long, value_name = "NAME")]
    pub to: Option<String>,
    /// Write it anew whenever xrole mints this session again, or a prompt takes it up
    #[arg(long)]
    pub keep_fresh: bool,
    /// Take out what was written: this profile, or all that were written for it
    #[arg(
        long,
        requires = "profile",
        conflicts_with_all = ["to", "keep_fresh", "force", "min_ttl"]
    )]
    pub remove: bool,
    /// Write over a section that xrole did not write
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub select: SelectArgs,
    #[command(flatten)]
    pub code: CodeArgs,
    /// Write only with this much of the session left, in seconds or as 45m; renewed if that needs no code
    #[arg(long, value_name = "TIME")]
    pub min_ttl: Option<String>,
    /// Do not ask before a protected profile is used
    #[arg(short, long)]
    pub yes: bool,
}

#[derive(Debug, Args)]
#[command(
    after_help = "What changes is shown first, line by line; everything else in the file stays as it is."
)]
pub struct ConfigureArgs {
    /// The profile to add or change
    pub profile: String,
    /// The role that it assumes
    #[arg(long, value_name = "ARN")]
    pub role_arn: Option<String>,
    /// Whose credentials assume the role
    #[arg(long, value_name = "PROFILE")]
    pub source: Option<String>,
    /// MFA device: its ARN, or a hardware device's number
    #[arg(long, value_name = "ARN")]
    pub mfa_serial: Option<String>,
    /// External id that the role's trust policy asks for; `-` asks for it, so that it stays out of the shell's history
    #[arg(long, value_name = "ID")]
    pub external_id: Option<String>,
    /// AWS region
    #[arg(long)]
    pub region: Option<String>,
    /// How long a session shall last, in seconds or as 45m, 4h (15 m to 12 h)
    #[arg(long, value_name = "TIME")]
    pub duration: Option<String>,
    /// Name of the session in CloudTrail
    #[arg(long, value_name = "NAME")]
    pub session_name: Option<String>,
    /// Do not ask before the file is written
    #[arg(short, long)]
    pub yes: bool,
}

#[derive(Debug, Args)]
pub struct StatusArgs {
    /// Every cached session, not only this shell's
    #[arg(long)]
    pub all: bool,
    /// One JSON object instead of text
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct ListArgs {
    /// Show every setting of this profile instead
    pub profile: Option<String>,
    /// One JSON object instead of text
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// Profile or role ARN (default: this shell's session, else AWS_PROFILE, else `default`)
    pub profile: Option<String>,
    #[command(flatten)]
    pub select: SelectArgs,
    /// One JSON object instead of text
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct ClearArgs {
    /// Profile whose sessions are forgotten
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    pub profile: Option<String>,
    /// Forget every session and the key they are sealed with
    #[arg(long)]
    pub all: bool,
}

/// Where the prompt segment goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Placement {
    /// Left, unless another prompt already shows the session
    Auto,
    Left,
    Right,
    None,
}

#[derive(Debug, Args)]
pub struct InitArgs {
    pub shell: HookShell,
    /// Where the prompt segment goes
    #[arg(long, value_enum, default_value_t = Placement::Auto, value_name = "WHERE")]
    pub prompt: Placement,
}

#[derive(Debug, Args)]
pub struct DeinitArgs {
    pub shell: HookShell,
}

/// A shell that has a completion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CompletionShell {
    Bash,
    Zsh,
    Fish,
    #[value(alias = "pwsh")]
    Powershell,
}

#[derive(Debug, Args)]
pub struct CompletionsArgs {
    pub shell: CompletionShell,
}

#[derive(Debug, Args)]
pub struct PromptArgs {}

#[derive(Debug, Args)]
pub struct CompleteArgs {
    /// Version of the protocol, shell, then what that shell sends
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub words: Vec<String>,
}

#[derive(Debug, Args)]
pub struct ServeArgs {
    /// In the endpoint's own process
    #[arg(long)]
    pub detached: bool,
}

#[derive(Debug, Args)]
pub struct CapturedArgs {
    /// Process number of the shell
    pub shell: u32,
}
