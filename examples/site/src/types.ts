export interface FrontMatter {
  title: string;
  section: string;
  date: string;
  author: string;
  tags: string[];
  draft: boolean;
}

export interface Heading {
  depth: number;
  slug: string;
  text: string;
}

/** A Markdown page turned into HTML, and what other pages need to know of it. */
export interface Page extends FrontMatter {
  slug: string;
  html: string;
  headings: Heading[];
  links: string[];
  summary: string;
  minutes: number;
  text: string;
}
