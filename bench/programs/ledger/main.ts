import { companyReport, show } from "./src/company.ts";

console.log(show(companyReport(9000)));
