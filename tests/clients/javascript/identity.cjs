// The AWS SDK for JavaScript as a program has it: one client for the whole process, asked once for each line of input.

const readline = require("node:readline");
const { GetCallerIdentityCommand, STSClient } = require("@aws-sdk/client-sts");

async function main() {
  const client = new STSClient({});
  for await (const _ of readline.createInterface({ input: process.stdin })) {
    try {
      const answer = await client.send(new GetCallerIdentityCommand({}));
      console.log("account", answer.Account);
    } catch (error) {
      console.log("error", error.name, String(error.message).split(/\s+/).join(" "));
    }
  }
}

main();
