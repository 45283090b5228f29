// The AWS SDK for JavaScript as a program has it: one client for the whole process, asked once for each line of input.

const readline = require("node:readline");
const { GetCallerIdentityCommand, STSClient } = require("@aws-sdk/client-sts");

// The line is a number of seconds by which the SDK's clock is ahead: from five minutes before the end of a session
// it renews behind the scenes, while it goes on to sign with the old one.
const now = Date.now;
let ahead = 0;
Date.now = () => now() + ahead * 1000;

async function main() {
  const client = new STSClient({});
  for await (const line of readline.createInterface({ input: process.stdin })) {
    ahead = Number(line);
    try {
      const answer = await client.send(new GetCallerIdentityCommand({}));
      console.log("account", answer.Account);
    } catch (error) {
      console.log("error", error.name, String(error.message).split(/\s+/).join(" "));
    }
  }
}

main();
